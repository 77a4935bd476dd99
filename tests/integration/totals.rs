//! What calls use is counted once, where the model was called, and adds up on every call above.

use std::time::Duration;

use llm_trace::testing::capture;
use llm_trace::{LlmResponse, Response, Usage, assert_conformant, assert_trace, llm_span};
use opentelemetry_sdk::trace::Sampler;
use tracing::Instrument;

use crate::support::Capture;

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

#[tokio::test]
async fn tokens_are_counted_once_and_add_up_above() {
    let capture = capture();
    let _entered = capture.enter();
    workflow().await;

    assert_trace!(
        capture,
        "
        invoke_workflow trip {total.calls = 3, total.tokens.in = 300, total.tokens.out = 60, !tokens.in, !cost}
        ├── invoke_agent planner {total.calls = 1, total.tokens.in = 100, !tokens.in, !cost}
        │   └── chat.wrapped {total.calls = 1, total.tokens.out = 20, !tokens.in, !cost}
        │       └── chat gpt-4o {tokens.in = 100, tokens.out = 20, cost = 0.25, !total.calls}
        ├── chat gpt-4o {tokens.in = 100, !total.calls}
        └── chat gpt-4o {tokens.in = 100, !total.calls}
        "
    );
    assert_conformant!(capture);
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

    let capture = capture();
    capture.run(agent);

    assert_trace!(
        capture,
        "
        invoke_agent planner {total.calls = 1, !total.cost}
        └── chat unknown
        "
    );
}
