//! Whatever spans there are, of ours and of others: tokens, cost, calls and metrics are there once.

use futures_util::stream::{self, StreamExt};
use futures_util::{FutureExt, Stream};
use llm_trace::testing::{Capture, capture};
use llm_trace::{LlmResponse, Price, Response, Usage, assert_trace, llm_span, register_price};
use tracing::Instrument;

use crate::replay::{FIRST, SECOND, genai, rig, rig_031};

/// What was measured: numbers of calls, of tokens, and dollars.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Measured {
    pub(crate) client_calls: u64,
    pub(crate) input: f64,
    pub(crate) output: f64,
    pub(crate) cost: f64,
    pub(crate) tools: u64,
    pub(crate) agents: u64,
    pub(crate) inferences: f64,
    pub(crate) agent_tools: f64,
}

pub(crate) fn measured(capture: &Capture) -> Measured {
    let mut measured = Measured::default();
    for metric in capture.metrics() {
        for point in &metric.points {
            let kind = point.attributes.iter().find(|it| it.key.as_str() == "gen_ai.token.type");
            match (&*metric.name, kind.map(|it| it.value.as_str().into_owned()).as_deref()) {
                ("gen_ai.client.operation.duration", _) => measured.client_calls += point.count,
                ("gen_ai.client.token.usage", Some("input")) => measured.input += point.sum,
                ("gen_ai.client.token.usage", Some("output")) => measured.output += point.sum,
                ("llm_trace.cost", _) => measured.cost += point.sum,
                ("gen_ai.execute_tool.duration", _) => measured.tools += point.count,
                ("gen_ai.invoke_agent.duration", _) => measured.agents += point.count,
                ("gen_ai.invoke_agent.inference_calls", _) => measured.inferences += point.sum,
                ("gen_ai.invoke_agent.tool_calls", _) => measured.agent_tools += point.sum,
                ("gen_ai.workflow.duration", _) => {}
                (other, _) => panic!("`{other}` was measured"),
            }
        }
    }
    measured
}

/// Prices of which sums are exact: a dollar per million input tokens, two per million output ones.
pub(crate) fn set_prices() {
    for model in ["gpt-4o*", "acme-*"] {
        register_price(model, Price::per_million(1.0, 2.0).with_cache_read(1.0));
    }
}

/// What the two turns of a run cost by these prices.
pub(crate) const RUN: f64 = 312e-6;

pub(crate) fn assert_close(is: f64, should: f64) {
    assert!((is - should).abs() < 1e-12, "{is} is not {should}");
}

/// Runs a future inside a new capture.
pub(crate) fn traced<T>(future: impl Future<Output = T>) -> Capture {
    set_prices();
    let capture = capture();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    capture.run(|| runtime.block_on(future));
    capture
}

#[llm_span(agent = "calc")]
async fn agent() -> String {
    rig::run().await
}

#[test]
fn an_annotated_agent_carries_what_the_run_inside_it_used() {
    let capture = traced(agent());

    assert_trace!(
        capture,
        "
        invoke_agent calc {total.calls = 2, total.tokens.in = 210, total.tokens.out = 51, total.cost = 0.000312}
        ├── chat*
        ├── execute_tool*
        └── chat*
        "
    );
    assert_trace!(
        capture,
        r#"
        invoke_agent calc {gen_ai.provider.name = "openai", gen_ai.request.model = "gpt-4o", gen_ai.response.model = "gpt-4o-2024-08-06", !gen_ai.response.id, !tokens.in, !cost}
        ├── chat*
        ├── execute_tool*
        └── chat*
        "#
    );
    let found = measured(&capture);
    assert_close(found.cost, RUN);
    let should = Measured {
        client_calls: 2,
        input: 210.0,
        output: 51.0,
        cost: found.cost,
        tools: 1,
        agents: 1,
        inferences: 2.0,
        agent_tools: 1.0,
    };
    assert_eq!(found, should);
}

#[test]
fn a_run_that_nothing_annotates_is_measured_once() {
    let capture = traced(rig::run());

    let found = measured(&capture);
    assert_close(found.cost, RUN);
    assert_eq!((found.client_calls, found.input, found.output), (2, 210.0, 51.0));
    assert_eq!((found.tools, found.agents), (1, 1));
    assert_eq!((found.inferences, found.agent_tools), (2.0, 1.0));
}

#[test]
fn an_annotated_model_call_around_a_run_is_not_measured_a_second_time() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask() -> String {
        rig::run().await
    }

    let capture = traced(ask());

    assert_trace!(
        capture,
        "
        chat gpt-4o {total.calls = 2, total.tokens.in = 210, total.cost = 0.000312, !tokens.in, !cost}
        ├── chat*
        ├── execute_tool*
        └── chat*
        "
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.output), (2, 210.0, 51.0));
    assert_close(found.cost, RUN);
}

#[test]
fn calls_that_say_no_model_are_priced_by_what_the_function_says() {
    #[llm_span(agent = "calc", model = "gpt-4o")]
    async fn ask() -> String {
        rig_031::run().await
    }

    let capture = traced(ask());

    assert_trace!(
        capture,
        r#"
        invoke_agent calc {total.calls = 2, total.tokens.in = 210, total.tokens.out = 51, total.cost = 0.000312}
        ├── chat* {gen_ai.request.model = "gpt-4o"}
        ├── execute_tool*
        └── chat* {gen_ai.request.model = "gpt-4o"}
        "#
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.output), (2, 210.0, 51.0));
    assert_close(found.cost, RUN);
}

#[test]
fn one_call_inside_gives_its_id_and_why_it_ended() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask() -> String {
        genai::chat(FIRST).await;
        "SECRET-ANSWER 7".to_owned()
    }

    let capture = traced(ask());

    assert_trace!(
        capture,
        r#"
        chat gpt-4o {total.calls = 1, !tokens.in, gen_ai.response.id = "chatcmpl-1", gen_ai.response.model = "gpt-4o-2024-08-06"}
        └── chat gpt-4o
        "#
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.output), (1, 90.0, 42.0));
}

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_usage(Usage::cache_inclusive(5, 1));
    }
}

#[llm_span(model = "acme-1", provider = custom("acme"))]
fn transport() -> Answer {
    Answer
}

#[test]
fn an_annotated_model_call_inside_a_foreign_one_is_the_one_that_counts() {
    #[llm_span(agent = "calc")]
    async fn ask() {
        async {
            rig::asked(&FIRST, false);
            transport();
            rig::answered(&FIRST);
        }
        .instrument(rig::chat_span())
        .await;
    }

    let capture = traced(ask());

    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.output), (1, 5.0, 1.0));
    assert_close(found.inferences, 1.0);
    assert_trace!(
        capture,
        "
        invoke_agent calc {total.calls = 1, total.tokens.in = 5, total.tokens.out = 1}
        └── chat*
            └── chat acme-1 {tokens.in = 5, tokens.out = 1}
        "
    );
}

#[llm_span(tool = "add_numbers")]
async fn add_numbers() -> i64 {
    tokio::task::yield_now().await;
    7
}

#[test]
fn an_annotated_tool_inside_a_foreign_one_is_one_tool() {
    #[llm_span(agent = "calc")]
    async fn ask() -> String {
        rig::run_with([FIRST, SECOND], add_numbers).await
    }

    let capture = traced(ask());

    let found = measured(&capture);
    assert_eq!((found.tools, found.agent_tools, found.inferences), (1, 1.0, 2.0));
}

#[test]
fn an_agent_as_a_tool_keeps_its_own_account_and_adds_to_the_one_that_calls_it() {
    #[llm_span(agent = "planner")]
    async fn planner() -> String {
        rig::run_with([FIRST, SECOND], agent).await
    }

    let capture = traced(planner());

    assert_trace!(
        capture,
        "
        invoke_agent planner {total.calls = 4, total.tokens.in = 420, total.tokens.out = 102}
        ├── chat*
        ├── execute_tool*
        │   └── invoke_agent calc {total.calls = 2, total.tokens.in = 210}
        │       ├── chat*
        │       ├── execute_tool*
        │       └── chat*
        └── chat*
        "
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input), (4, 420.0));
    assert_eq!((found.agents, found.inferences, found.agent_tools), (2, 4.0, 2.0));
}

#[test]
fn a_call_that_says_nothing_is_the_one_of_the_function_around_it() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask() -> Answer {
        rig::chat(None, false).await;
        Answer
    }

    let capture = traced(ask());

    assert_trace!(
        capture,
        "
        chat gpt-4o {tokens.in = 5, tokens.out = 1, cost = 0.000007, !total.calls}
        └── chat*
        "
    );
    let found = measured(&capture);
    assert_eq!((found.client_calls, found.input, found.output), (1, 5.0, 1.0));
}

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
