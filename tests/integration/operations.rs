//! What a function does decides the name, the kind and the first attributes of its span.

use llm_trace::{Operation, Provider, llm_span};
use opentelemetry::trace::SpanKind;

use crate::arguments::span_of;
use crate::support::text;

const MODEL: &str = "gpt-4o-mini";
const PLANNER: &str = "agent.planner";

struct Local {
    model: String,
}

impl Local {
    const MODEL: &'static str = "llama-3.3-70b";

    #[llm_span(model = Self::MODEL, provider = custom("ollama"))]
    fn own_constant() {}

    #[llm_span(model = self.model, provider = if self.model.is_empty() { "openai" } else { "ollama" })]
    fn run_time(&self) {}
}

#[llm_span(model = MODEL, provider = Provider::ANTHROPIC)]
fn constants() {}

#[llm_span(model = "gpt-4o", provider = "openai", name = PLANNER)]
fn named() {}

#[llm_span(agent = PLANNER)]
fn agent() {}

#[llm_span(agent = "planner", provider = "openai", model = "gpt-4o")]
fn remote_agent() {}

#[llm_span(tool = "add", tool_call_id = "call_1", tool_type = "function")]
fn tool() {}

#[llm_span(workflow = "trip")]
fn workflow() {}

#[llm_span(retrieval = "handbook", top_k = 3)]
fn retrieval() {}

#[llm_span(operation = "create_agent", agent = "planner", provider = "openai")]
fn create_agent() {}

#[llm_span(
    operation = "embeddings",
    model = "text-embedding-3-small",
    provider = "openai",
    dimensions = 256
)]
fn embeddings() {}

#[llm_span(operation = "generate_content", model = "gemini-2.5-flash", provider = "gcp.gemini")]
fn generate_content() {}

#[llm_span(operation = "text_completion", model = "davinci-002", provider = "openai")]
fn text_completion() {}

/// A function, and the name, kind and attributes of its span.
type Case<'a> = (&'a dyn Fn(), &'a str, SpanKind, &'a [(&'a str, &'a str)]);

#[test]
fn names_and_kinds_are_those_of_the_conventions() {
    let local = Local { model: "qwen3:8b".to_owned() };
    let run_time = || local.run_time();
    let cases: [Case<'_>; 12] = [
        (
            &constants,
            "chat gpt-4o-mini",
            SpanKind::Client,
            &[("gen_ai.provider.name", "anthropic")],
        ),
        (
            &Local::own_constant,
            "chat llama-3.3-70b",
            SpanKind::Client,
            &[("gen_ai.provider.name", "ollama")],
        ),
        (&run_time, "chat qwen3:8b", SpanKind::Client, &[("gen_ai.provider.name", "ollama")]),
        (&named, "agent.planner", SpanKind::Client, &[("gen_ai.request.model", "gpt-4o")]),
        (
            &agent,
            "invoke_agent agent.planner",
            SpanKind::Internal,
            &[("gen_ai.agent.name", PLANNER)],
        ),
        (
            &remote_agent,
            "invoke_agent planner",
            SpanKind::Client,
            &[("gen_ai.request.model", "gpt-4o")],
        ),
        (
            &tool,
            "execute_tool add",
            SpanKind::Internal,
            &[("gen_ai.tool.name", "add"), ("gen_ai.tool.call.id", "call_1")],
        ),
        (
            &workflow,
            "invoke_workflow trip",
            SpanKind::Internal,
            &[("gen_ai.workflow.name", "trip")],
        ),
        (
            &retrieval,
            "retrieval handbook",
            SpanKind::Client,
            &[("gen_ai.data_source.id", "handbook")],
        ),
        (
            &create_agent,
            "create_agent planner",
            SpanKind::Client,
            &[("gen_ai.agent.name", "planner")],
        ),
        (&embeddings, "embeddings text-embedding-3-small", SpanKind::Client, &[]),
        (&generate_content, "generate_content gemini-2.5-flash", SpanKind::Client, &[]),
    ];
    for (call, name, kind, attributes) in cases {
        let span = span_of(call);
        assert_eq!(span.name, name);
        assert_eq!(span.span_kind, kind, "{name}");
        for (key, expected) in attributes {
            assert_eq!(text(&span, key), *expected, "{name}: {key}");
        }
    }
}

#[test]
fn the_attribute_knows_every_operation() {
    let calls: [fn(); 9] = [
        constants,
        create_agent,
        embeddings,
        tool,
        generate_content,
        agent,
        workflow,
        retrieval,
        text_completion,
    ];
    let known: Vec<_> =
        calls.map(|call| text(&span_of(call), "gen_ai.operation.name")).into_iter().collect();
    let all: Vec<_> = Operation::ALL.iter().map(|operation| operation.as_str()).collect();
    assert_eq!(known, all);
}

macro_rules! providers {
    ($($name:literal),*) => {
        [$({
            #[llm_span(model = "m", provider = $name)]
            fn call() {}
            ($name, call as fn())
        }),*]
    };
}

#[test]
fn the_attribute_knows_every_provider() {
    let calls = providers![
        "anthropic",
        "aws.bedrock",
        "azure.ai.inference",
        "azure.ai.openai",
        "cohere",
        "deepseek",
        "gcp.gemini",
        "gcp.gen_ai",
        "gcp.vertex_ai",
        "groq",
        "ibm.watsonx.ai",
        "mistral_ai",
        "moonshot_ai",
        "openai",
        "perplexity",
        "x_ai"
    ];
    let known: Vec<_> = calls.iter().map(|(name, _)| Provider::from(*name)).collect();
    assert_eq!(known, Provider::ALL);
    for (name, call) in calls {
        assert_eq!(text(&span_of(call), "gen_ai.provider.name"), name);
    }
}
