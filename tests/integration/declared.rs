//! Every attribute that a call exports is declared, and has the type that it is declared with.

use llm_trace::{LlmResponse, Operation, Outcome, Provider, Response, Usage, llm_span};
use llm_trace_registry::{Registry, Type};
use opentelemetry::{Array, Value};
use serde_json::json;

use crate::support::Capture;

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        let usage = Usage::cache_inclusive(12, 34);
        response.set_usage(usage.with_cache_read(3).with_cache_write(4).with_reasoning(5));
        response.set_id("answer-1");
        response.set_model("gpt-4o-2024-08-06");
        response.add_finish_reason("stop");
        response.set_cost(0.25);
        response.add_text("the answer");
    }
}

#[llm_span(
    model = "gpt-4o",
    provider = "openai",
    server = "localhost:8080",
    system = "be brief",
    temperature = 0.5,
    max_tokens = 256,
    top_p = 1,
    top_k = 40,
    seed = 7,
    stop_sequences = ["END"],
    frequency_penalty = 0,
    presence_penalty = 0,
    choice_count = 2,
    reasoning_level = "low",
    output_type = "json",
    conversation = "conversation-1",
    user = "user-1",
    prompt_name = "greeting",
    prompt_version = "2",
    agent_name = "planner",
    attempt = 1
)]
fn chat(prompt: &[&str]) -> Answer {
    Answer
}

#[llm_span(
    operation = "embeddings",
    model = "embed-4",
    provider = "cohere",
    dimensions = 64,
    encoding_formats = ["base64"]
)]
fn embed() -> Result<(), std::fmt::Error> {
    Err(std::fmt::Error)
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
fn chunks() -> impl Iterator<Item = Answer> {
    [Answer, Answer].into_iter()
}

#[llm_span(retrieval = "kb", top_k = 3)]
fn retrieve() {}

#[llm_span(tool = "search", tool_call_id = "call-1", tool_type = "function")]
fn search() {}

#[llm_span(workflow = "trip")]
fn trip() {}

#[llm_span(provider = "openai", request = body)]
fn stream(body: &serde_json::Value) {}

#[test]
fn every_exported_attribute_is_declared_with_its_type() {
    let registry = Registry::read();
    let capture = Capture::new();
    capture.run(|| {
        chat(&["hello"]);
        embed().unwrap_err();
        assert_eq!(chunks().count(), 2);
        retrieve();
        search();
        trip();
        stream(&json!({"model": "gpt-4o", "stream": true, "tools": [{}]}));
    });

    let ours = ["error.", "gen_ai.", "llm_trace.", "server.", "user."];
    let spans = capture.spans();
    assert_eq!(spans.len(), 7);
    for span in spans {
        for attribute in &span.attributes {
            let key = attribute.key.as_str();
            if ours.iter().any(|start| key.starts_with(start)) {
                assert_eq!(registry.value_type(key), Some(type_of(&attribute.value)), "{key}");
                let known = registry.conventions.attribute(key);
                assert!(known.is_none_or(|it| !it.deprecated && !it.content), "{key}");
            }
        }
    }
}

#[test]
fn operations_providers_and_outcomes_are_the_declared_ones() {
    let Registry { conventions, own, .. } = Registry::read();
    let values = |key: &str| conventions.attribute(key).unwrap().values.clone();

    let known = values("gen_ai.operation.name");
    for operation in Operation::ALL {
        assert!(known.iter().any(|name| name == operation.as_str()), "{operation:?}");
    }

    let mut known = values("gen_ai.provider.name");
    known.sort();
    let mut providers: Vec<_> = Provider::ALL.iter().map(Provider::as_str).collect();
    providers.sort_unstable();
    assert_eq!(providers, known);

    let Some(Type::Enum { members }) = own.attribute("llm_trace.outcome").map(|it| &it.kind) else {
        panic!("`llm_trace.outcome` is no enumeration");
    };
    let known: Vec<_> = members.iter().map(|member| &*member.value).collect();
    let outcomes =
        [Outcome::Ok, Outcome::Error, Outcome::Panic, Outcome::Cancelled, Outcome::Abandoned];
    assert_eq!(outcomes.map(Outcome::as_str).as_slice(), known);
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::F64(_) => "double",
        Value::I64(_) => "int",
        Value::String(_) => "string",
        Value::Array(Array::String(_)) => "string[]",
        _ => "any",
    }
}
