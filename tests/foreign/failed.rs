//! Calls that are refused, tried again, or fail on the way: each is counted once, with its error.

use futures_util::FutureExt;
use llm_trace::{assert_trace, llm_span};

use crate::counted::{measured, traced};
use crate::replay::{FIRST, rig};

#[test]
fn a_refused_call_is_measured_with_the_error_that_the_function_returns() {
    struct Refused;

    #[llm_span(agent = "calc", error_type = |_: &Refused| "429")]
    async fn ask() -> Result<String, Refused> {
        rig::refused().await;
        Err(Refused)
    }

    let capture = traced(ask().map(|result| assert!(result.is_err())));

    assert_trace!(
        capture,
        r#"
        invoke_agent calc {error, error.type = "429", total.calls = 1, total.cost = 0}
        └── chat*
        "#
    );
    let metrics = capture.metrics();
    let client = metrics.iter().find(|it| it.name == "gen_ai.client.operation.duration").unwrap();
    assert_eq!(client.points.len(), 1);
    let error = client.points[0].attributes.iter().find(|it| it.key.as_str() == "error.type");
    assert_eq!(error.map(|it| it.value.as_str().into_owned()).as_deref(), Some("429"));
}

#[test]
fn attempts_inside_an_agent_are_calls_and_inside_a_model_call_one_call() {
    async fn retried() {
        rig::chat(None, false).await;
        rig::chat(None, false).await;
        rig::chat(Some(FIRST), false).await;
    }

    #[llm_span(agent = "calc")]
    async fn agent() {
        retried().await;
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask() {
        retried().await;
    }

    let found = measured(&traced(agent()));
    assert_eq!((found.client_calls, found.input, found.inferences), (3, 90.0, 3.0));

    let capture = traced(ask());
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input), (1, 90.0));
    assert_trace!(
        capture,
        "
        chat gpt-4o {total.calls = 1, total.tokens.in = 90, total.cost = 0.000174}
        └── (chat*)+
        "
    );
}

#[test]
fn a_run_that_fails_on_the_way_is_measured_with_the_error_and_with_what_was_paid() {
    #[llm_span(model = "gpt-4o", provider = "openai", error_type = |(): &()| "429")]
    async fn ask() -> Result<(), ()> {
        rig::chat(Some(FIRST), false).await;
        rig::chat(None, false).await;
        Err(())
    }

    let capture = traced(ask().map(|result| assert!(result.is_err())));

    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input), (2, 90.0));
    let metrics = capture.metrics();
    let client = metrics.iter().find(|it| it.name == "gen_ai.client.operation.duration").unwrap();
    let failed = client
        .points
        .iter()
        .filter(|point| point.attributes.iter().any(|it| it.key.as_str() == "error.type"));
    assert_eq!(failed.map(|point| point.count).collect::<Vec<_>>(), [1]);
}
