//! What a function's body says of its call.

use llm_trace::testing::capture;
use llm_trace::{LlmResponse, Response, Usage, assert_conformant, assert_trace, llm_span};
use opentelemetry::{KeyValue, StringValue, Value};

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        // A reader that asks for the current call must not dead-lock.
        llm_trace::current().record_model("ignored: the call has ended");
        response.set_model("from the answer");
        response.set_id("from the answer");
        response.set_usage(Usage::cache_inclusive(1, 2));
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat() -> Answer {
    let call = llm_trace::current();
    assert!(call.is_active());
    call.record_model("by hand");
    call.record_usage(Usage::cache_exclusive(10, None).with_cache_read(5));
    call.record_finish_reason("stop");
    call.record_finish_reason("length");
    call.record_cost(0.25);
    call.record_text("abc");
    call.record_attribute("app.tenant", "first");
    call.record_attribute("app.tenant", "second");
    call.record_attribute("llm_trace.outcome", "mine");
    call.record_event("cache.miss", [KeyValue::new("size", 3)]);
    Answer
}

#[test]
fn what_is_said_by_hand_wins_and_nothing_is_exported_twice() {
    let capture = capture();
    capture.run(chat);

    let span = capture.span();
    let reasons = ["stop", "length"].map(StringValue::from).to_vec();
    for (key, expected) in [
        ("gen_ai.response.model", "by hand".into()),
        ("gen_ai.response.id", "from the answer".into()),
        ("gen_ai.response.finish_reasons", Value::Array(reasons.into())),
        ("gen_ai.usage.input_tokens", Value::I64(15)),
        ("gen_ai.usage.output_tokens", Value::I64(2)),
        ("gen_ai.usage.cache_read.input_tokens", Value::I64(5)),
        ("gen_ai.usage.cost", Value::F64(0.25)),
        ("llm_trace.response.length", Value::I64(3)),
        ("llm_trace.outcome", "ok".into()),
        ("app.tenant", "second".into()),
    ] {
        assert_eq!(span.attribute(key), Some(&expected), "{key}");
    }
    assert_eq!(span.events().len(), 1);
    assert_trace!(capture, "chat gpt-4o {llm_trace.response.hash = v1:ephemeral:*}");
    assert_conformant!(capture);
}

#[llm_span(workflow = "outer")]
async fn outer() -> llm_trace::CallHandle {
    let handle = llm_trace::current();
    inner().await;
    llm_trace::current().record_attribute("app.after", true);
    handle
}

#[llm_span(agent = "inner")]
async fn inner() {
    llm_trace::current().record_attribute("app.inner", true);
}

#[tokio::test]
async fn the_innermost_call_is_current_and_an_ended_one_takes_nothing() {
    let capture = capture();
    let handle = capture.scope(outer()).await;
    handle.record_attribute("app.late", true);

    assert!(!handle.is_active());
    assert_trace!(
        capture,
        "
        invoke_workflow outer {app.after, !app.inner, !app.late}
        └── invoke_agent inner {app.inner = true}
        "
    );
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn broken_reader() -> Broken {
    Broken
}

struct Broken;

impl LlmResponse for Broken {
    fn read(&self, response: &mut Response) {
        response.set_model("read before");
        panic!("a reader's bug");
    }
}

#[test]
fn a_reader_that_panics_does_not_reach_the_program() {
    let capture = capture();
    capture.run(broken_reader);

    assert_trace!(capture, "chat gpt-4o {gen_ai.response.model = \"read before\", outcome = ok}");
}

/// A word whose making asks for the call.
struct Asking;

impl From<Asking> for String {
    fn from(_: Asking) -> Self {
        llm_trace::current().record_cost(0.5);
        "asked".into()
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn asking() {
    llm_trace::current().record_model(Asking);
}

#[test]
fn a_word_that_asks_for_the_call_while_it_is_made_waits_for_nothing() {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let capture = capture();
        capture.run(asking);
        done.send(capture)
    });
    let capture = ended.recv_timeout(std::time::Duration::from_secs(60)).expect("it waits");

    assert_trace!(capture, "chat gpt-4o {gen_ai.response.model = asked, gen_ai.usage.cost = 0.5}");
}
