//! Streams under measurement: bare, with a span entered by hand on every poll, and annotated.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_util::Stream;
use llm_trace::llm_span;
use serde_json::{Value, json};
use tracing::Span;

/// What one poll of the stream gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// Nothing yet.
    Pending,
    /// A chunk that is not read.
    Opaque,
    /// A chunk as OpenAI writes it, as a `serde_json::Value`.
    Json,
    /// The same, as bytes of server-sent events.
    Bytes,
}

impl Item {
    pub(crate) const ALL: [Self; 4] = [Self::Pending, Self::Opaque, Self::Json, Self::Bytes];
}

/// Gives the same reference at every poll, as often as it is polled.
#[derive(Debug)]
struct Repeat<T>(Option<T>);

impl<T: Copy> Stream for Repeat<T> {
    type Item = T;

    #[inline(never)]
    fn poll_next(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.map_or(Poll::Pending, |item| Poll::Ready(Some(item)))
    }
}

impl<T> Unpin for Repeat<T> {}

/// What a careful user writes: the span of the call is entered on every poll.
#[derive(Debug)]
struct ByHand<S> {
    inner: S,
    span: Span,
}

impl<S: Stream + Unpin> Stream for ByHand<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let Self { inner, span } = &mut *self;
        let _entered = span.enter();
        Pin::new(inner).poll_next(context)
    }
}

/// A chunk that implements nothing.
#[derive(Clone, Copy, Debug)]
struct Opaque;

fn by_hand<T: Copy>(item: Option<T>) -> impl Stream<Item = T> + Unpin {
    let span = tracing::info_span!("chat gpt-4o", otel.kind = "client");
    ByHand { inner: Repeat(item), span }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn opaque(item: Option<Opaque>) -> impl Stream<Item = Opaque> + Unpin {
    Repeat(item)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn value<'a>(item: Option<&'a Value>) -> impl Stream<Item = &'a Value> + Unpin {
    Repeat(item)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn bytes<'a>(item: Option<&'a [u8]>) -> impl Stream<Item = &'a [u8]> + Unpin {
    Repeat(item)
}

/// How a stream is traced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Style {
    /// Not at all.
    Bare,
    /// With a span that is entered on every poll.
    ByHand,
    /// With `#[llm_span]`.
    Annotated,
}

impl Style {
    pub(crate) const ALL: [Self; 3] = [Self::Bare, Self::ByHand, Self::Annotated];
}

/// Polls one stream so many times, and drops it.
pub(crate) fn poll(style: Style, item: Item, times: u32) {
    let chunk = json!({
        "id": "chatcmpl-123", "object": "chat.completion.chunk", "created": 1_763_600_000,
        "model": "gpt-4o-2024-08-06", "system_fingerprint": "fp_560af6e559", "usage": null,
        "choices": [{"index": 0, "delta": {"content": " word"}, "logprobs": null, "finish_reason": null}],
    });
    let event = format!("data: {chunk}\n\n");
    match (style, item) {
        (Style::Bare, Item::Pending) => drive(Repeat(None::<Opaque>), times),
        (Style::Bare, Item::Opaque) => drive(Repeat(Some(Opaque)), times),
        (Style::Bare, Item::Json) => drive(Repeat(Some(&chunk)), times),
        (Style::Bare, Item::Bytes) => drive(Repeat(Some(event.as_bytes())), times),
        (Style::ByHand, Item::Pending) => drive(by_hand(None::<Opaque>), times),
        (Style::ByHand, Item::Opaque) => drive(by_hand(Some(Opaque)), times),
        (Style::ByHand, Item::Json) => drive(by_hand(Some(&chunk)), times),
        (Style::ByHand, Item::Bytes) => drive(by_hand(Some(event.as_bytes())), times),
        (Style::Annotated, Item::Pending) => drive(opaque(None), times),
        (Style::Annotated, Item::Opaque) => drive(opaque(Some(Opaque)), times),
        (Style::Annotated, Item::Json) => drive(value(Some(&chunk)), times),
        (Style::Annotated, Item::Bytes) => drive(bytes(Some(event.as_bytes())), times),
    }
}

fn drive<S: Stream + Unpin>(mut stream: S, times: u32) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        let _ = std::hint::black_box(Pin::new(&mut stream).poll_next(&mut context));
    }
}
