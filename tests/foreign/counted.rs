//! Whatever spans there are, of ours and of others: tokens, cost, calls and metrics are there once.

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
pub(crate) async fn agent() -> String {
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
