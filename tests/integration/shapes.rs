//! Every shape of function makes one span, in its place in the trace, however the call ends.

use std::future::{Future, pending};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use llm_trace::llm_span;
use opentelemetry::trace::{SpanKind, Status};

use crate::support::{Capture, around, inside, text};

#[derive(Clone, Copy)]
enum End {
    Answer,
    Error,
    Panic,
    Hang,
}

#[derive(Debug, PartialEq)]
struct Refused;

type Answer = Result<u8, Refused>;

fn body(end: End) -> Answer {
    inside("child", || match end {
        End::Answer | End::Hang => Ok(7),
        End::Error => Err(Refused),
        End::Panic => panic!("on purpose"),
    })
}

async fn async_body(end: End) -> Answer {
    let answer = body(end);
    if let End::Hang = end {
        pending::<()>().await;
    }
    tokio::task::yield_now().await;
    answer
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn async_fn(end: End) -> Answer {
    let answer = async_body(end).await?;
    Ok(answer)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn plain_fn(end: End) -> Answer {
    let answer = body(end)?;
    Ok(answer)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn impl_future(end: End) -> impl Future<Output = Answer> {
    async_body(end)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn synchronous_part(end: End) -> impl Future<Output = Answer> + Send {
    let answer = body(end);
    async move {
        if let End::Hang = end {
            pending::<()>().await;
        }
        answer
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn pinned_box(end: End) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
    let future = async_body(end);
    Box::pin(future)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn box_future(end: End) -> BoxFuture<'static, Answer> {
    async_body(end).boxed()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn local_box_future(end: End) -> LocalBoxFuture<'static, Answer> {
    async_body(end).boxed_local()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn generic<E>(end: E, (unused, _): (u8, u8)) -> Answer
where
    E: Into<End> + Send,
{
    let _ = unused;
    async_body(end.into()).await
}

struct Client;

impl Client {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn by_reference(&self, end: End) -> Answer {
        async_body(end).await
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn by_exclusive_reference(&mut self, end: End) -> Answer {
        async_body(end).await
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn by_arc(self: Arc<Self>, end: End) -> Answer {
        async_body(end).await
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn by_pin(self: Pin<&mut Self>, end: End) -> Answer {
        async_body(end).await
    }
}

trait Chat {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn default_body(&self, end: End) -> Answer {
        async_body(end).await
    }

    async fn chat(&self, end: End) -> Answer;
}

impl Chat for Client {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn chat(&self, end: End) -> Answer {
        async_body(end).await
    }
}

#[async_trait::async_trait]
trait Ask {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask_default(&self, end: End) -> Answer {
        async_body(end).await
    }

    async fn ask(&self, end: End) -> Answer;
}

#[async_trait::async_trait]
impl Ask for Client {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask(&self, end: End) -> Answer {
        async_body(end).await
    }
}

type Shape = fn(End) -> LocalBoxFuture<'static, Answer>;

const ASYNCHRONOUS: &[(&str, Shape)] = &[
    ("async fn", |end| async_fn(end).boxed_local()),
    ("impl Future", |end| async move { impl_future(end).await }.boxed_local()),
    ("impl Future, synchronous part", |end| {
        async move { synchronous_part(end).await }.boxed_local()
    }),
    ("Pin<Box<dyn Future>>", |end| async move { pinned_box(end).await }.boxed_local()),
    ("BoxFuture", |end| async move { box_future(end).await }.boxed_local()),
    ("LocalBoxFuture", |end| async move { local_box_future(end).await }.boxed_local()),
    ("generic", |end| generic(end, (1, 2)).boxed_local()),
    ("&self", |end| async move { Client.by_reference(end).await }.boxed_local()),
    ("&mut self", |end| async move { Client.by_exclusive_reference(end).await }.boxed_local()),
    ("self: Arc<Self>", |end| Arc::new(Client).by_arc(end).boxed_local()),
    ("self: Pin<&mut Self>", |end| {
        async move { Pin::new(&mut Client).by_pin(end).await }.boxed_local()
    }),
    ("default body", |end| async move { Client.default_body(end).await }.boxed_local()),
    ("trait implementation", |end| async move { Client.chat(end).await }.boxed_local()),
    ("async_trait default", |end| async move { Client.ask_default(end).await }.boxed_local()),
    ("async_trait", |end| async move { Client.ask(end).await }.boxed_local()),
];

const PLAIN: &[(&str, Shape)] = &[("fn", |end| async move { plain_fn(end) }.boxed_local())];

/// Checks that the call made one span, between that of its caller and that of its child.
fn check(shape: &str, capture: &Capture, outcome: &str, error_type: &str) {
    let spans = capture.spans();
    let names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["child", "chat gpt-4o", "caller"], "{shape}");
    let [child, call, caller] = &spans[..] else { unreachable!() };

    assert_eq!(child.parent_span_id, call.span_context.span_id(), "{shape}: parent of the child");
    assert_eq!(call.parent_span_id, caller.span_context.span_id(), "{shape}: parent of the call");
    assert_eq!(call.span_kind, SpanKind::Client, "{shape}");
    assert_eq!(text(call, "gen_ai.operation.name"), "chat", "{shape}");
    assert_eq!(text(call, "gen_ai.provider.name"), "openai", "{shape}");
    assert_eq!(text(call, "gen_ai.request.model"), "gpt-4o", "{shape}");
    assert_eq!(text(call, "llm_trace.outcome"), outcome, "{shape}");
    assert_eq!(text(call, "error.type"), error_type, "{shape}");
    let status = if error_type.is_empty() { Status::Unset } else { Status::error("") };
    assert_eq!(call.status, status, "{shape}");
}

fn caller<T>(call: impl Future<Output = T>) -> impl Future<Output = T> {
    around("caller", call)
}

#[test]
fn an_answer_passes_through_and_the_span_is_ok() {
    for (shape, call) in ASYNCHRONOUS.iter().chain(PLAIN) {
        let capture = Capture::new();
        let answer = capture.block_on(async { caller(call(End::Answer)).await });
        assert_eq!(answer, Ok(7), "{shape}");
        check(shape, &capture, "ok", "");
    }
}

#[test]
fn an_error_passes_through_and_names_itself() {
    for (shape, call) in ASYNCHRONOUS.iter().chain(PLAIN) {
        let capture = Capture::new();
        let answer = capture.block_on(async { caller(call(End::Error)).await });
        assert_eq!(answer, Err(Refused), "{shape}");
        check(shape, &capture, "error", concat!(module_path!(), "::Refused"));
    }
}

#[test]
fn a_panic_goes_on_and_the_span_says_so() {
    for (shape, call) in ASYNCHRONOUS.iter().chain(PLAIN) {
        let capture = Capture::new();
        let unwound = capture
            .block_on(async { AssertUnwindSafe(caller(call(End::Panic))).catch_unwind().await });
        assert!(unwound.is_err(), "{shape}");
        check(shape, &capture, "panic", "panic");
    }
}

#[test]
fn a_future_that_is_dropped_was_cancelled() {
    for (shape, call) in ASYNCHRONOUS {
        let capture = Capture::new();
        let unfinished = capture.block_on(async { caller(call(End::Hang)).now_or_never() });
        assert_eq!(unfinished, None, "{shape}");
        check(shape, &capture, "cancelled", "cancelled");
    }
}
