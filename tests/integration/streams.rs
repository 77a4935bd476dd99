//! Streams: every shape makes one span from the call to the last chunk, with every way to end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, LocalBoxStream, iter};
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use llm_trace::llm_span;
use opentelemetry::Value;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;

use crate::support::{Capture, attribute, inside, text};

const REFUSED: &str = concat!(module_path!(), "::Refused");

#[derive(Debug, PartialEq)]
pub(crate) struct Refused;

pub(crate) type Item = Result<serde_json::Value, Refused>;
type Named = Pin<Box<dyn Stream<Item = Item> + Send>>;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    Whole,
    Error,
    Panic,
    Cut,
}

fn chunk(text: &str, reason: Option<&str>) -> serde_json::Value {
    json!({"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": null,
              "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]})
}

pub(crate) fn items(end: End) -> impl Iterator<Item = Item> + Send {
    let last = json!({"choices": [], "usage": {"prompt_tokens": 25, "completion_tokens": 18}});
    let items = match end {
        End::Whole => vec![Ok(chunk("Par", None)), Ok(chunk("is.", Some("stop"))), Ok(last)],
        End::Error => vec![Ok(chunk("Par", None)), Err(Refused), Ok(chunk("is.", Some("stop")))],
        End::Cut | End::Panic => vec![Ok(chunk("Par", None)), Ok(chunk("is.", None))],
    };
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        let item = inside("child", || items.next());
        assert!(item.is_some() || end != End::Panic, "on purpose");
        item
    })
}

/// Pends once before each item.
fn source(end: End) -> impl Stream<Item = Item> + Send {
    iter(items(end)).then(|item| async {
        tokio::task::yield_now().await;
        item
    })
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn opaque(end: End) -> impl Stream<Item = Item> {
    source(end)
}

#[llm_span(model = "gpt-4o", provider = "openai", request = json!({"stream": true}))]
fn boxed(end: End) -> BoxStream<'static, Item> {
    source(end).boxed()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn local(end: End) -> LocalBoxStream<'static, Item> {
    source(end).boxed_local()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn dynamic(end: End) -> Pin<Box<dyn Stream<Item = Item> + Send>> {
    Box::pin(source(end))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn unpinned(end: End) -> Box<dyn Stream<Item = Item> + Unpin> {
    Box::new(Box::pin(source(end)))
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
fn named(end: End) -> Named {
    Box::pin(source(end))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn in_a_result(end: End) -> Result<impl Stream<Item = Item>, Refused> {
    Ok(source(end))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn opaque_later(end: End) -> Result<impl Stream<Item = Item>, Refused> {
    tokio::task::yield_now().await;
    Ok(source(end))
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
async fn named_later(end: End) -> Option<Result<Named, Refused>> {
    tokio::task::yield_now().await;
    Some(Ok(Box::pin(source(end))))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn future(end: End) -> impl Future<Output = Result<BoxStream<'static, Item>, Refused>> + Send {
    async move { Ok(source(end).boxed()) }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn box_future(end: End) -> BoxFuture<'static, Result<BoxStream<'static, Item>, Refused>> {
    async move { Ok(source(end).boxed()) }.boxed()
}

#[async_trait::async_trait]
trait Chat {
    async fn chat(&self, end: End) -> Result<BoxStream<'static, Item>, Refused>;
}

struct Client;

#[async_trait::async_trait]
impl Chat for Client {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn chat(&self, end: End) -> Result<BoxStream<'static, Item>, Refused> {
        Ok(source(end).boxed())
    }
}

/// Every shape, as one type.
async fn all_shapes(end: End) -> Vec<(&'static str, LocalBoxStream<'static, Item>)> {
    vec![
        ("opaque", opaque(end).boxed_local()),
        ("boxed", boxed(end).boxed_local()),
        ("local", local(end)),
        ("dynamic", dynamic(end).boxed_local()),
        ("unpinned", unpinned(end).boxed_local()),
        ("named", named(end).boxed_local()),
        ("in a result", in_a_result(end).unwrap().boxed_local()),
        ("opaque, later", opaque_later(end).await.unwrap().boxed_local()),
        ("named, later", named_later(end).await.unwrap().unwrap().boxed_local()),
        ("future", future(end).await.unwrap().boxed_local()),
        ("box future", box_future(end).await.unwrap().boxed_local()),
        ("async trait", Client.chat(end).await.unwrap().boxed_local()),
    ]
}

const SHAPES: usize = 12;

/// Takes up to `chunks` items of one shape, and returns its spans.
fn take(shape: usize, end: End, chunks: usize) -> (&'static str, Vec<SpanData>) {
    let capture = Capture::new();
    let name = capture.block_on(async {
        let (name, mut stream) = all_shapes(end).await.swap_remove(shape);
        let taken = AssertUnwindSafe(async {
            for _ in 0..chunks {
                if stream.next().await.is_none() {
                    break;
                }
            }
        });
        assert_eq!(taken.catch_unwind().await.is_err(), end == End::Panic, "{name}");
        name
    });
    // The other shapes were dropped before their first chunk.
    let (others, taken): (Vec<_>, Vec<_>) = capture.spans().into_iter().partition(|span| {
        span.name == "chat gpt-4o" && number(span, "llm_trace.response.chunks") == Some(0)
    });
    assert_eq!(others.len(), SHAPES - 1, "{name}");
    (name, taken)
}

fn the_call(name: &str, spans: &[SpanData]) -> SpanData {
    let mut calls = spans.iter().filter(|span| span.name == "chat gpt-4o");
    let call = calls.next().unwrap_or_else(|| panic!("{name}: no call"));
    assert!(calls.next().is_none(), "{name}: several calls");
    for child in spans.iter().filter(|span| span.name == "child") {
        assert_eq!(child.parent_span_id, call.span_context.span_id(), "{name}");
        assert!(child.end_time <= call.end_time, "{name}");
    }
    call.clone()
}

pub(crate) fn number(span: &SpanData, key: &str) -> Option<i64> {
    attribute(span, key).map(|value| match value {
        Value::I64(number) => *number,
        other => panic!("{key} is {other:?}"),
    })
}

#[test]
fn a_stream_is_one_call_from_the_first_to_the_last_chunk() {
    for shape in 0..SHAPES {
        let (name, spans) = take(shape, End::Whole, 10);
        let call = the_call(name, &spans);

        assert_eq!(spans.len(), 5, "{name}");
        assert_eq!(text(&call, "llm_trace.outcome"), "ok", "{name}");
        assert_eq!(call.status, Status::Unset, "{name}");
        assert_eq!(attribute(&call, "gen_ai.request.stream"), Some(&true.into()), "{name}");
        assert_eq!(number(&call, "llm_trace.response.chunks"), Some(3), "{name}");
        assert_eq!(number(&call, "llm_trace.response.length"), Some(6), "{name}");
        assert_eq!(number(&call, "gen_ai.usage.input_tokens"), Some(25), "{name}");
        assert_eq!(number(&call, "gen_ai.usage.output_tokens"), Some(18), "{name}");
        assert_eq!(text(&call, "gen_ai.response.model"), "gpt-4o-2024-08-06", "{name}");
        for key in ["gen_ai.response.time_to_first_chunk", "llm_trace.response.tokens_per_second"] {
            assert!(
                matches!(attribute(&call, key), Some(Value::F64(value)) if *value > 0.0),
                "{name}"
            );
        }
    }
}

#[test]
fn every_end_of_a_stream_has_its_outcome() {
    for shape in 0..SHAPES {
        for (end, chunks, outcome, error_type, arrived) in [
            (End::Whole, 1, "abandoned", "", 1),
            (End::Whole, 3, "abandoned", "", 3),
            (End::Error, 2, "error", REFUSED, 1),
            (End::Error, 10, "error", REFUSED, 2),
            (End::Panic, 10, "panic", "panic", 2),
            (End::Cut, 10, "error", "incomplete_stream", 2),
        ] {
            let (name, spans) = take(shape, end, chunks);
            let call = the_call(name, &spans);

            assert_eq!(text(&call, "llm_trace.outcome"), outcome, "{name}");
            assert_eq!(text(&call, "error.type"), error_type, "{name}");
            let failed = !error_type.is_empty();
            let status = if failed { Status::error("") } else { Status::Unset };
            assert_eq!(call.status, status, "{name}");
            assert_eq!(number(&call, "llm_trace.response.chunks"), Some(arrived), "{name}");
            let length = if arrived == 1 { 3 } else { 6 };
            assert_eq!(number(&call, "llm_trace.response.length"), Some(length), "{name}");
        }
    }
}

#[test]
fn a_stream_dropped_before_its_first_chunk_is_abandoned() {
    let capture = Capture::new();
    capture.run(|| drop(opaque(End::Whole)));

    let call = capture.span();
    assert_eq!(text(&call, "llm_trace.outcome"), "abandoned");
    assert_eq!(number(&call, "llm_trace.response.chunks"), Some(0));
    assert_eq!(attribute(&call, "gen_ai.response.time_to_first_chunk"), None);
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn never() -> Result<impl Stream<Item = Item>, Refused> {
    std::future::pending::<()>().await;
    Ok(source(End::Whole))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn refused() -> Result<BoxStream<'static, Item>, Refused> {
    Err(Refused)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn nothing() -> Option<BoxStream<'static, Item>> {
    None
}

#[test]
fn a_call_that_gives_no_stream_ends_without_one() {
    for (call, outcome) in [
        ((|| assert!(never().now_or_never().is_none())) as fn(), "cancelled"),
        (|| assert!(refused().now_or_never().unwrap().is_err()), "error"),
        (|| assert!(nothing().is_none()), "ok"),
    ] {
        let capture = Capture::new();
        capture.run(call);

        let call = capture.span();
        assert_eq!(text(&call, "llm_trace.outcome"), outcome);
        assert_eq!(attribute(&call, "gen_ai.request.stream"), Some(&true.into()));
        assert_eq!(attribute(&call, "llm_trace.response.chunks"), None);
    }
}

#[test]
fn a_stream_belongs_to_its_call_wherever_it_is_polled() {
    let capture = Capture::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stream = capture.run(|| opaque(End::Whole).boxed());
    // Another task, on another thread, without a subscriber of its own.
    let count = runtime.block_on(async { tokio::spawn(stream.count()).await.unwrap() });

    assert_eq!(count, 3);
    let call = the_call("", &capture.spans());
    assert_eq!(text(&call, "llm_trace.outcome"), "ok");
    assert_eq!(number(&call, "llm_trace.response.chunks"), Some(3));
}

#[test]
fn a_stream_needs_no_tokio() {
    let capture = Capture::new();
    let chunks = capture.run(|| futures_executor::block_on(opaque(End::Whole).count()));
    assert_eq!(chunks, 3);
    assert_eq!(text(&the_call("", &capture.spans()), "llm_trace.outcome"), "ok");

    let capture = Capture::new();
    let local = tokio::task::LocalSet::new();
    let chunks = capture.block_on(
        local.run_until(async { tokio::task::spawn_local(local_count()).await.unwrap() }),
    );
    assert_eq!(chunks, 3);
    assert_eq!(text(&the_call("", &capture.spans()), "llm_trace.outcome"), "ok");
}

async fn local_count() -> usize {
    local(End::Whole).count().await
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
fn blocking(end: End) -> Result<impl Iterator<Item = Item>, Refused> {
    Ok(items(end))
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
fn blocking_box(end: End) -> Box<dyn Iterator<Item = Item> + Send> {
    Box::new(items(end))
}

#[test]
fn an_iterator_of_chunks_is_a_stream() {
    for (end, chunks, outcome, arrived) in [
        (End::Whole, 10, "ok", 3),
        (End::Whole, 1, "abandoned", 1),
        (End::Error, 10, "error", 2),
        (End::Panic, 10, "panic", 2),
        (End::Cut, 10, "error", 2),
    ] {
        for iterate in [|end| blocking_box(end), |end| Box::new(blocking(end).unwrap())]
            as [fn(End) -> Box<dyn Iterator<Item = Item>>; 2]
        {
            let capture = Capture::new();
            let caught = catch_unwind(AssertUnwindSafe(|| {
                capture.run(|| iterate(end).take(chunks).for_each(drop));
            }));
            assert_eq!(caught.is_err(), end == End::Panic);
            let call = the_call("blocking", &capture.spans());
            assert_eq!(text(&call, "llm_trace.outcome"), outcome);
            assert_eq!(number(&call, "llm_trace.response.chunks"), Some(arrived));
        }
    }
}

#[test]
fn the_end_is_that_of_the_work_and_not_of_the_last_reference() {
    let capture = Capture::new();
    let mut stream = Box::pin(capture.run(|| opaque(End::Whole)));
    capture.block_on(async { while stream.next().await.is_some() {} });
    assert_eq!(capture.spans().len(), 5, "the call ends at the end of the stream");
    drop(stream);
    assert_eq!(capture.spans().len(), 5);
}

#[test]
fn a_traced_stream_keeps_what_its_type_promises() {
    fn assert_send<T: Send>(_: &T) {}
    fn assert_unpin<T: Unpin>(_: &T) {}

    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn promises() -> impl Stream<Item = u8> + Send + Unpin + 'static {
        iter([1, 2])
    }

    let stream = promises();
    assert_send(&stream);
    assert_unpin(&stream);
    assert_eq!(stream.size_hint(), (2, Some(2)));
    assert_send(&opaque_later(End::Whole));
}
