//! What calls use is counted once, where the model was called, and adds up on every call above.

use std::time::Duration;

use llm_trace::{LlmResponse, Response, Usage, llm_span};
use opentelemetry::Value;
use opentelemetry_sdk::trace::{Sampler, SpanData};
use tracing::Instrument;

use crate::support::{Capture, attribute};

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_model("gpt-4o");
        response.set_usage(Usage::cache_inclusive(100, 20));
        response.set_cost(0.25);
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat() -> Answer {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Answer
}

/// A wrapper that returns what the call below returned: the same tokens, seen twice.
#[llm_span(model = "gpt-4o", provider = "openai", name = "chat.wrapped")]
async fn wrapped() -> Answer {
    chat().await
}

#[llm_span(agent = "planner")]
async fn agent() -> Answer {
    wrapped().await
}

#[llm_span(workflow = "trip")]
async fn workflow() {
    agent().await;
    let spawned = tokio::spawn(chat().in_current_span());
    let (_, joined) = tokio::join!(chat(), spawned);
    joined.unwrap();
    let totals = llm_trace::current().totals();
    assert_eq!((totals.calls(), totals.output_tokens()), (3, 60));
    assert!((totals.cost() - 0.75).abs() < 1e-9);
    let by_model = llm_trace::current().totals_by_model();
    assert_eq!(by_model.keys().collect::<Vec<_>>(), ["gpt-4o"]);
}

fn named<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    spans.iter().find(|span| span.name == name).unwrap()
}

fn count(span: &SpanData, key: &str) -> Option<i64> {
    match attribute(span, key) {
        Some(Value::I64(count)) => Some(*count),
        Some(other) => panic!("`{key}` is {other:?}"),
        None => None,
    }
}

#[test]
fn tokens_are_counted_once_and_add_up_above() {
    let capture = Capture::new();
    capture.block_on(workflow());

    let spans = capture.spans();
    let sum: i64 = spans.iter().filter_map(|span| count(span, "gen_ai.usage.input_tokens")).sum();
    assert_eq!(sum, 300, "every call's tokens are on one span");
    for (name, calls) in
        [("chat.wrapped", 1), ("invoke_agent planner", 1), ("invoke_workflow trip", 3)]
    {
        let span = named(&spans, name);
        assert_eq!(count(span, "llm_trace.total.calls"), Some(calls), "{name}");
        assert_eq!(count(span, "llm_trace.total.input_tokens"), Some(calls * 100), "{name}");
        assert_eq!(count(span, "llm_trace.total.output_tokens"), Some(calls * 20), "{name}");
        assert_eq!(attribute(span, "gen_ai.usage.cost"), None, "{name}");
    }
    assert_eq!(count(named(&spans, "chat gpt-4o"), "llm_trace.total.calls"), None);
}

#[test]
fn totals_do_not_depend_on_sampling() {
    let capture = Capture::with_sampler(Sampler::AlwaysOff);
    // The assertions are in the workflow.
    capture.block_on(workflow());
}

#[test]
fn a_sum_that_leaves_a_call_out_is_not_given() {
    #[llm_span(model = "unknown", provider = custom("acme"))]
    fn unpriced() {
        llm_trace::current().record_usage(Usage::cache_inclusive(1, 1));
    }

    #[llm_span(agent = "planner")]
    fn agent() {
        unpriced();
        assert_eq!(llm_trace::current().totals().unpriced_calls(), 1);
    }

    let capture = Capture::new();
    capture.run(agent);

    let spans = capture.spans();
    let agent = named(&spans, "invoke_agent planner");
    assert_eq!(count(agent, "llm_trace.total.calls"), Some(1));
    assert_eq!(attribute(agent, "llm_trace.total.cost"), None);
}
