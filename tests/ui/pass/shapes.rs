//! Every shape of function, with every warning an error.

#![deny(warnings)]
#![deny(unused, clippy::all, clippy::pedantic)]
#![allow(clippy::needless_pass_by_value)]

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt as _, LocalBoxFuture};
use llm_trace::llm_span;

#[derive(Debug)]
pub struct Error;

/// A type that implements nothing.
pub struct Opaque(pub u8);

/// Asynchronous, with a borrowed prompt.
#[llm_span(model = "gpt-4o", provider = "openai")]
pub async fn asynchronous(prompt: &str) -> Result<String, Error> {
    if prompt.is_empty() {
        return Err(Error);
    }
    let number: u8 = prompt.parse().map_err(|_| Error)?;
    Ok(number.to_string())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn synchronous(prompt: &str) -> Result<u8, std::num::ParseIntError> {
    let number = prompt.parse()?;
    Ok(number)
}

#[llm_span(tool = "nothing")]
pub async fn nothing() {}

#[llm_span(tool = "nothing")]
pub fn nothing_at_all() {}

#[llm_span(tool = "opaque")]
pub async fn opaque(prompt: Opaque) -> Opaque {
    prompt
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn future<'a>(prompt: &'a str) -> impl Future<Output = Result<usize, Error>> + Send + 'a {
    let length = prompt.len();
    async move { if length == 0 { Err(Error) } else { Ok(prompt.len()) } }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn boxed(prompt: &str) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
    Box::pin(async move { prompt.len() })
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn box_future(prompt: &str) -> BoxFuture<'_, usize> {
    async move { prompt.len() }.boxed()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn local_box_future(prompt: &str) -> LocalBoxFuture<'_, Result<usize, Error>> {
    if prompt.is_empty() {
        return async { Err(Error) }.boxed_local();
    }
    async move { Ok(prompt.len()) }.boxed_local()
}

pub struct Client {
    model: String,
    calls: u32,
}

pub trait Chat {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn default_body(&self, prompt: &str) -> usize {
        prompt.len()
    }

    fn chat(&self, prompt: &str) -> impl Future<Output = usize> + Send;

    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn twice(&self, prompt: &str) -> impl Future<Output = usize> + Send
    where
        Self: Sync,
    {
        async move { self.chat(prompt).await + self.chat(prompt).await }
    }
}

impl Chat for Client {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn chat(&self, prompt: &str) -> usize {
        prompt.len() + self.model.len()
    }
}

impl Client {
    pub const MODEL: &'static str = "gpt-4o";

    #[llm_span(model = self.model, provider = "openai")]
    pub async fn shared(&self, prompt: &str) -> usize {
        prompt.len()
    }

    #[llm_span(model = Self::MODEL, provider = "openai", attempt = self.calls)]
    pub async fn exclusive(&mut self, prompt: String) -> &mut u32 {
        drop(prompt);
        self.calls += 1;
        &mut self.calls
    }

    #[llm_span(model = Client::MODEL, provider = "openai")]
    pub fn borrow(&mut self) -> Result<&mut u32, Error> {
        self.calls += 1;
        Ok(&mut self.calls)
    }

    #[llm_span(agent = "planner")]
    pub async fn counted(self: Arc<Self>) -> u32 {
        self.calls
    }

    #[llm_span(agent = "planner")]
    pub async fn pinned(self: Pin<&mut Self>) -> u32 {
        self.calls
    }

    #[llm_span(agent = "planner")]
    pub fn by_value(self) -> String {
        self.model
    }
}

#[async_trait::async_trait]
pub trait Ask {
    async fn ask(&self, prompt: &str) -> Result<usize, Error>;

    #[llm_span(agent = "planner")]
    async fn ask_default(&self, prompt: &str) -> Result<usize, Error> {
        self.ask(prompt).await
    }
}

#[async_trait::async_trait]
impl Ask for Client {
    #[llm_span(agent = "planner")]
    async fn ask(&self, prompt: &str) -> Result<usize, Error> {
        Ok(prompt.len() + self.model.len())
    }
}

#[llm_span(tool = "generic")]
pub async fn generic<'a, T, const N: usize>(values: &'a [T; N], at: usize) -> Option<&'a T>
where
    T: Sync,
{
    values.get(at)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub async fn impl_trait(prompt: impl Into<String>) -> impl Display {
    prompt.into()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
pub fn impl_trait_in_result(prompt: &str) -> Result<impl Display + use<>, Error> {
    let text = prompt.to_owned();
    if text.is_empty() { Err(Error) } else { Ok(text) }
}

#[llm_span(tool = "tuple")]
pub async fn destructured((left, right): (u8, u8), Opaque(third): Opaque) -> u8 {
    left + right + third
}

/// # Safety
///
/// None is needed.
#[llm_span(tool = "raw")]
pub unsafe fn raw(byte: *const u8) -> u8 {
    unsafe { *byte }
}

#[llm_span(tool = "foreign")]
pub extern "C" fn foreign(byte: u8) -> u8 {
    byte
}

#[llm_span(tool = "never")]
pub fn never() -> ! {
    panic!("as it says")
}

#[llm_span(tool = "never")]
pub async fn never_async() -> ! {
    panic!("as it says")
}

#[llm_span(tool = "conditional")]
pub async fn conditional(
    #[cfg(any())] prompt: Missing,
    #[allow(unused_variables)] unused: u8,
) -> u8 {
    #![allow(clippy::unused_async)]
    1
}

#[llm_span(tool = "conditional prompt")]
pub async fn conditional_prompt(#[cfg(all())] prompt: &str) -> usize {
    prompt.len()
}

#[llm_span(tool = "descend")]
pub fn descend(depth: u8) -> u8 {
    if depth == 0 { 0 } else { descend(depth - 1) }
}

#[llm_span(tool = "dynamic")]
pub async fn dynamic(text: &str) -> Result<Box<dyn Display + '_>, Box<dyn std::error::Error>> {
    let number: i32 = text.parse()?;
    Ok(Box::new(number))
}

macro_rules! annotated {
    ($name:ident, $model:expr, $prompt:ident) => {
        #[llm_span(model = $model, provider = "openai")]
        pub fn $name($prompt: &str) -> usize {
            $prompt.len()
        }
    };
}

annotated!(by_macro, "gpt-4o", prompt);

/// Hands on whole functions, with types and bodies that stay together.
macro_rules! handed_on {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident() -> $returned:ty $body:block) => {
        $(#[$attribute])*
        $visibility fn $name() -> $returned $body
    };
}

handed_on! {
    #[llm_span(tool = "whole")]
    pub fn whole() -> Result<u8, Error> {
        Ok(1)
    }
}

handed_on! {
    #[llm_span(tool = "whole")]
    pub fn whole_future() -> BoxFuture<'static, u8> {
        async { 1 }.boxed()
    }
}

handed_on! {
    #[llm_span(tool = "whole")]
    pub fn whole_opaque() -> impl Future<Output = u8> + Send {
        async { 1 }
    }
}

fn assert_send<T: Send>(_: &T) {}

fn main() {
    assert_send(&asynchronous("1"));
    assert_send(&future("1"));
    assert_send(&impl_trait(String::new()));
    let client = Client { model: String::new(), calls: 0 };
    assert_send(&client.shared("1"));
    assert_send(&client.twice("1"));
    assert_eq!(synchronous("7").ok(), Some(7));
    assert_eq!(descend(3), 0);
    assert_eq!(by_macro("ab"), 2);
    assert_eq!(client.default_body("ab"), 2);
}
