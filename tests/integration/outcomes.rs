//! How a call ends: ok, error, panic, cancelled; one span each, and no text of anybody's.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use llm_trace::{ErrorType, llm_span};
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;

use crate::support::{Capture, attribute, inside, text};

const SECRET: &str = "sk-live-4242 is my key";

/// What a provider's error looks like: its text repeats the prompt.
#[derive(Debug)]
enum ChatError {
    Api { status: u16, message: String },
}

impl fmt::Display for ChatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Api { status, message } = self;
        write!(f, "{status}: {message}")
    }
}

impl std::error::Error for ChatError {}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(prompt: &str) -> Result<String, ChatError> {
    match prompt {
        "fail" => Err(ChatError::Api { status: 429, message: SECRET.into() }),
        "panic" => panic!("{SECRET}"),
        "hang" => std::future::pending().await,
        _ => Ok("fine".into()),
    }
}

fn assert_failed(span: &SpanData, outcome: &str, error_type: &str) {
    assert_eq!(span.status, Status::error(""));
    assert_eq!(text(span, "llm_trace.outcome"), outcome);
    assert_eq!(text(span, "error.type"), error_type);
    assert!(!format!("{span:?}").contains("4242"), "the span holds the error's text: {span:#?}");
}

#[test]
fn a_successful_call_leaves_the_status_unset() {
    let capture = Capture::new();
    capture.block_on(chat("hello")).unwrap();

    let span = capture.span();
    assert_eq!(span.status, Status::Unset);
    assert_eq!(text(&span, "llm_trace.outcome"), "ok");
    assert_eq!(attribute(&span, "error.type"), None);
}

#[test]
fn an_error_is_named_by_the_status_found_in_it() {
    let capture = Capture::new();
    capture.block_on(chat("fail")).unwrap_err();

    assert_failed(&capture.span(), "error", "429");
}

#[test]
fn a_panic_is_an_error_and_goes_on() {
    let capture = Capture::new();
    let caught = catch_unwind(AssertUnwindSafe(|| capture.block_on(chat("panic"))));

    assert!(caught.is_err());
    assert_failed(&capture.span(), "panic", "panic");
}

#[test]
fn a_panic_in_a_spawned_task_is_a_panic_and_not_a_cancellation() {
    let capture = Capture::new();
    let joined = capture.block_on(async { tokio::spawn(chat("panic")).await });

    assert!(joined.unwrap_err().is_panic());
    assert_failed(&capture.span(), "panic", "panic");
}

#[test]
fn a_call_dropped_by_a_timeout_is_cancelled() {
    let capture = Capture::new();
    let timeout = Duration::from_millis(5);
    capture.block_on(async { tokio::time::timeout(timeout, chat("hang")).await }).unwrap_err();

    let span = capture.span();
    assert_failed(&span, "cancelled", "cancelled");
    assert!(span.end_time.duration_since(span.start_time).unwrap() >= timeout);
}

#[test]
fn a_call_dropped_while_its_caller_panics_is_cancelled() {
    let capture = Capture::new();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        capture.block_on(async {
            let call = Box::pin(chat("hang"));
            futures_util::future::join(call, async { panic!("the caller's own") }).await
        })
    }));

    assert!(caught.is_err());
    assert_failed(&capture.span(), "cancelled", "cancelled");
}

#[test]
fn a_future_that_is_never_polled_is_no_call() {
    let capture = Capture::new();
    capture.run(|| drop(chat("hello")));

    assert!(capture.spans().is_empty());
}

struct Refused;

impl ErrorType for Refused {
    fn error_type(&self) -> std::borrow::Cow<'static, str> {
        "refused".into()
    }
}

#[llm_span(tool = "lookup")]
fn refuse() -> Result<(), Refused> {
    Err(Refused)
}

#[llm_span(tool = "lookup", error_type = |error: &ChatError| error.to_string().split(':').next().map(str::to_owned))]
fn fail_with_closure() -> Result<(), ChatError> {
    Err(ChatError::Api { status: 503, message: SECRET.into() })
}

struct Opaque;

#[llm_span(tool = "lookup")]
fn fail_opaquely() -> Result<(), Opaque> {
    Err(Opaque)
}

#[test]
fn error_types_come_from_closure_trait_or_type_name() {
    for (call, expected) in [
        ((|| drop(refuse())) as fn(), "refused"),
        (|| drop(fail_with_closure()), "503"),
        (|| drop(fail_opaquely()), concat!(module_path!(), "::Opaque")),
    ] {
        let capture = Capture::new();
        capture.run(call);
        assert_failed(&capture.span(), "error", expected);
    }
}

#[llm_span(tool = "lookup", user = panicking_argument())]
fn looked_up() {}

fn panicking_argument() -> String {
    panic!("{SECRET}")
}

#[test]
fn an_argument_that_panics_leaves_nothing_current() {
    let capture = Capture::new();
    capture.run(|| {
        assert!(catch_unwind(looked_up).is_err());
        inside("after", || {});
        assert!(!llm_trace::current().is_active());
    });

    let spans = capture.spans();
    let after = spans.iter().find(|span| span.name == "after").unwrap();
    assert_eq!(after.parent_span_id, opentelemetry::trace::SpanId::INVALID);
}
