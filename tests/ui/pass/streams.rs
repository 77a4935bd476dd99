//! Every shape of stream, with every warning an error.

#![deny(warnings)]
#![deny(unused, clippy::all, clippy::pedantic)]

use std::pin::Pin;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, FusedStream, LocalBoxStream, StreamExt as _, iter};
use futures_util::{FutureExt as _, Stream, TryStream};
use llm_trace::llm_span;

#[derive(Debug)]
pub struct Error;

/// A type that implements nothing.
pub struct Opaque(pub u8);

pub type Named<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn borrowing<'a>(prompt: &'a str) -> impl Stream<Item = Result<&'a str, Error>> + Send + 'a {
    iter(prompt.split(' ')).map(Ok)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn generic<T: Clone>(items: &[T]) -> impl Stream<Item = T> + use<T> {
    iter(items.to_vec())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn nested() -> Result<Option<impl Stream<Item = impl Into<u64>>>, Error> {
    Ok(Some(iter([1_u8])))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn early_return(prompt: &str) -> BoxStream<'_, Opaque> {
    if prompt.is_empty() {
        return iter([]).boxed();
    }
    iter(prompt.bytes()).map(Opaque).boxed()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn local<'a>(prompt: &'a str) -> LocalBoxStream<'a, &'a str> {
    Box::pin(iter(prompt.split(' ')))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn in_a_box(prompt: &str) -> Box<dyn Stream<Item = u8> + Send + Sync + Unpin + '_> {
    Box::new(iter(prompt.bytes()))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn fused() -> impl FusedStream<Item = u8> + Unpin {
    iter([1]).fuse()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn try_stream() -> impl TryStream<Ok = u8, Error = Error> {
    iter([Ok(1), Err(Error)])
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
pub fn named<'a>(prompt: &'a str) -> Named<'a, Result<&'a str, Error>> {
    Box::pin(iter(prompt.split(' ')).map(Ok))
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
pub async fn named_later(prompt: &str) -> Result<Named<'_, String>, Error> {
    let first = prompt.split(' ').next().ok_or(Error)?;
    Ok(Box::pin(iter([first.to_owned()])))
}

#[llm_span(model = "gpt-4o", provider = "openai", response = |chunk| chunk.0, error_type = |_| "none")]
pub async fn later(prompt: &str) -> Result<impl Stream<Item = Opaque> + Send + '_, Error> {
    if prompt.is_empty() {
        return Err(Error);
    }
    Ok(iter(prompt.bytes()).map(Opaque))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn future(prompt: &str) -> impl Future<Output = Result<BoxStream<'_, u8>, Error>> + Send {
    async move { Ok(iter(prompt.bytes()).boxed()) }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn box_future(prompt: &str) -> BoxFuture<'_, Result<BoxStream<'_, u8>, Error>> {
    async move { Ok(iter(prompt.bytes()).boxed()) }.boxed()
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
pub fn blocking(prompt: &str) -> impl Iterator<Item = u8> {
    prompt.bytes()
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
pub fn blocking_box(prompt: &str) -> Result<Box<dyn Iterator<Item = u8> + '_>, Error> {
    Ok(Box::new(prompt.bytes()))
}

/// Not a stream of chunks: the iterator is the answer.
#[llm_span(tool = "split")]
pub fn iterator(prompt: &str) -> impl Iterator<Item = u8> {
    prompt.bytes()
}

/// A stream that is nobody's answer.
#[llm_span(tool = "open", response = none)]
pub fn left_alone() -> Named<'static, u8> {
    Box::pin(iter([1]))
}

#[async_trait::async_trait]
pub trait Chat {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn default_body(&self) -> Result<BoxStream<'static, u8>, Error> {
        Ok(iter([1]).boxed())
    }
}

fn assert_send<T: Send>(_: &T) {}
fn assert_unpin<T: Unpin>(_: &T) {}

fn main() {
    assert_send(&borrowing("a b"));
    assert_send(&later("ab"));
    assert_unpin(&fused());
    assert_eq!(blocking("ab").count(), 2);
    assert_eq!(early_return("ab").map(|opaque| opaque.0).collect::<Vec<_>>().now_or_never().unwrap(), b"ab");
}
