//! Calls that are drained later, still held, or run at the same time: each is counted where it belongs.

use futures_util::stream::{self, StreamExt};
use futures_util::{FutureExt, Stream};
use llm_trace::{assert_trace, llm_span};
use tracing::Instrument;

use crate::counted::{agent, assert_close, measured, traced};
use crate::replay::{FIRST, SECOND, rig};

#[llm_span(agent = "calc")]
fn stream_agent() -> impl Stream<Item = u8> {
    let run = rig::run_with([FIRST, SECOND], rig::add).map(|_| 1);
    stream::once(run.in_current_span())
}

#[test]
fn usage_is_there_when_a_drained_stream_ends() {
    let capture = traced(async { Box::pin(stream_agent()).count().await });

    assert_trace!(
        capture,
        "
        invoke_agent calc {total.calls = 2, total.tokens.in = 210, total.tokens.out = 51}
        ├── chat*
        ├── execute_tool*
        └── chat*
        "
    );
}

#[test]
fn a_span_that_is_still_held_loses_nothing_and_is_counted_once() {
    #[llm_span(agent = "calc")]
    async fn ask() -> tracing::Span {
        let span = rig::chat_span();
        async {
            rig::asked(&FIRST, true);
            rig::answered(&FIRST);
        }
        .instrument(span.clone())
        .await;
        span
    }

    let capture = traced(async { drop(ask().await) });

    assert_trace!(
        capture,
        r#"
        invoke_agent calc {total.calls = 1, total.tokens.in = 90, gen_ai.response.id = "chatcmpl-1"}
        └── chat*
        "#
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.inferences), (1, 90.0, 1.0));
}

#[test]
fn runs_at_the_same_time_do_not_mix() {
    #[llm_span(agent = "other")]
    async fn other() {
        rig::chat(Some(FIRST), false).await;
    }

    #[llm_span(workflow = "both")]
    async fn both() {
        let spawned = tokio::spawn(agent().in_current_span());
        futures_util::join!(other(), other());
        spawned.await.unwrap();
    }

    let capture = traced(both());

    let totals = |name: &str, key: &str| -> Vec<i64> {
        let spans = capture.spans();
        let named = spans.iter().filter(|span| span.name() == name);
        named.map(|span| span.attribute(key).unwrap().clone()).map(int).collect()
    };
    assert_eq!(totals("invoke_agent calc", "llm_trace.total.input_tokens"), [210]);
    assert_eq!(totals("invoke_agent other", "llm_trace.total.input_tokens"), [90, 90]);
    assert_eq!(totals("invoke_workflow both", "llm_trace.total.input_tokens"), [390]);
    assert_close(measured(&capture).input, 390.0);
}

fn int(value: opentelemetry::Value) -> i64 {
    match value {
        opentelemetry::Value::I64(value) => value,
        other => panic!("{other:?} is no integer"),
    }
}

#[test]
fn a_task_that_is_spawned_with_a_foreign_span_is_inside_it() {
    #[llm_span(agent = "calc")]
    async fn ask() {
        let tool = || async {
            tokio::spawn(rig::chat(Some(FIRST), false).in_current_span()).await.unwrap();
        };
        rig::execute_tool("success", tool).await;
    }

    let capture = traced(ask());

    assert_trace!(
        capture,
        "
        invoke_agent calc {total.calls = 1, total.tokens.in = 90}
        └── execute_tool*
            └── chat*
        "
    );
}
