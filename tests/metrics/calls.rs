//! One call of each kind that is measured, and what each measures.

use std::panic::catch_unwind;

use futures_util::stream::iter;
use futures_util::{FutureExt, Stream, StreamExt};
use llm_trace::{LlmResponse, Response, Usage, llm_span};

use crate::exported::Point;

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_model("gpt-4o-2024-08-06");
        response.set_usage(Usage::cache_inclusive(12, 34));
        response.set_cost(0.25);
    }
}

struct RateLimited;

#[llm_span(model = "gpt-4o", provider = "openai", server = "localhost:8080")]
fn chat() -> Answer {
    Answer
}

#[llm_span(model = "router", provider = custom("acme"))]
fn nested() -> Answer {
    chat()
}

#[llm_span(model = "gpt-4o", provider = "openai", error_type = |_: &RateLimited| "429")]
fn refused() -> Result<Answer, RateLimited> {
    Err(RateLimited)
}

#[llm_span(operation = "embeddings", model = "embed-4", provider = custom("acme"))]
fn embed() {
    llm_trace::current().record_usage(Usage::cache_inclusive(7, None));
}

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
fn stream() -> impl Stream<Item = Answer> {
    iter([Answer, Answer, Answer])
}

#[llm_span(retrieval = "kb")]
fn retrieve() {}

#[llm_span(agent = "planner", model = "gpt-4o")]
fn agent() -> Answer {
    tool();
    // What a sub-agent does is not counted here.
    sub_agent();
    chat()
}

#[llm_span(agent = "helper")]
fn sub_agent() {
    tool();
    assert!(refused().is_err());
}

#[llm_span(agent = "unlucky")]
fn failing_agent() -> Result<(), RateLimited> {
    Err(RateLimited)
}

#[llm_span(agent = "researcher", provider = "aws.bedrock")]
fn remote_agent() -> Answer {
    Answer
}

#[llm_span(tool = "search", tool_type = "function", agent_name = "planner")]
fn tool() {}

#[llm_span(tool = "broken")]
fn broken_tool() {
    panic!("as the test wants it");
}

#[llm_span(workflow = "trip")]
fn workflow() {}

#[llm_span(workflow = "endless")]
async fn endless_workflow() {
    std::future::pending::<()>().await;
}

/// Makes one call of each kind; `chat` is called three times, twice by another.
pub(crate) fn all() {
    chat();
    nested();
    assert!(refused().is_err());
    embed();
    assert_eq!(stream().count().now_or_never(), Some(3));
    retrieve();
    agent();
    assert!(failing_agent().is_err());
    remote_agent();
    tool();
    assert!(catch_unwind(broken_tool).is_err());
    workflow();
    assert!(endless_workflow().now_or_never().is_none());
}

/// What [`all`] measures: of durations the number, of everything else the sum.
pub(crate) fn expected() -> Vec<Point> {
    let chat = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
        ("server.address", "localhost"),
        ("server.port", "8080"),
    ];
    let nested = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "acme"),
        ("gen_ai.request.model", "router"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
    ];
    let embeddings = [
        ("gen_ai.operation.name", "embeddings"),
        ("gen_ai.provider.name", "acme"),
        ("gen_ai.request.model", "embed-4"),
    ];
    let streamed = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "gpt-4o-mini"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
    ];
    let remote = [
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.provider.name", "aws.bedrock"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
    ];
    let client = "gen_ai.client.operation.duration";
    let agent = "gen_ai.invoke_agent.duration";
    let tool = "gen_ai.execute_tool.duration";
    let workflow = "gen_ai.workflow.duration";
    let tokens = "gen_ai.client.token.usage";
    let cost = "llm_trace.cost";
    let input = Some(("gen_ai.token.type", "input"));
    let output = Some(("gen_ai.token.type", "output"));
    let planner = ("gen_ai.agent.name", "planner");
    let helper = ("gen_ai.agent.name", "helper");
    let unlucky = ("gen_ai.agent.name", "unlucky");
    let search = [("gen_ai.tool.name", "search"), ("gen_ai.tool.type", "function"), planner];
    let broken = ("gen_ai.tool.name", "broken");
    let trip = ("gen_ai.workflow.name", "trip");
    let endless = ("gen_ai.workflow.name", "endless");
    let mut expected = vec![
        point(client, &chat, None, "3"),
        // What it used was measured by the call that it made.
        point(client, &nested, None, "1"),
        point(client, &chat[..3], Some(("error.type", "429")), "2"),
        point(client, &embeddings, None, "1"),
        point(client, &streamed, None, "1"),
        point("gen_ai.client.operation.time_to_first_chunk", &streamed, None, "1"),
        point("gen_ai.client.operation.time_per_output_chunk", &streamed, None, "2"),
        // Chunks repeat what is known of the whole; they do not add up.
        point(tokens, &streamed, input, "12"),
        point(tokens, &streamed, output, "34"),
        point(cost, &streamed, None, "0.25"),
        point(client, &[("gen_ai.operation.name", "retrieval")], None, "1"),
        point(client, &remote, None, "1"),
        point(tokens, &chat, input, "36"),
        point(tokens, &chat, output, "102"),
        point(tokens, &embeddings, input, "7"),
        point(tokens, &remote, input, "12"),
        point(tokens, &remote, output, "34"),
        point(cost, &chat, None, "0.75"),
        point(cost, &remote, None, "0.25"),
        point(agent, &[planner, ("gen_ai.request.model", "gpt-4o")], None, "1"),
        point(agent, &[helper], None, "1"),
        point("gen_ai.invoke_agent.inference_calls", &[planner], None, "1"),
        point("gen_ai.invoke_agent.tool_calls", &[planner], None, "1"),
        point("gen_ai.invoke_agent.inference_calls", &[helper], None, "1"),
        point("gen_ai.invoke_agent.tool_calls", &[helper], None, "1"),
        point(agent, &[unlucky], Some(("error.type", "metrics::calls::RateLimited")), "1"),
        point(tool, &search, None, "3"),
        point(tool, &[broken], Some(("error.type", "panic")), "1"),
        point(workflow, &[trip], None, "1"),
        point(workflow, &[endless], Some(("error.type", "cancelled")), "1"),
    ];
    expected.sort();
    expected
}

fn point(
    metric: &str,
    attributes: &[(&str, &str)],
    last: Option<(&str, &str)>,
    measured: &str,
) -> Point {
    let attributes = attributes.iter().copied().chain(last);
    Point {
        metric: metric.to_owned(),
        attributes: attributes.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        measured: measured.to_owned(),
    }
}
