//! What `request = …` reads out of the requests of each provider, and what wins over it.

use llm_trace::llm_span;
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::support::{Capture, attribute};

mod bodies;
mod rules;

fn span_of<T>(call: impl FnOnce() -> T) -> SpanData {
    let capture = Capture::new();
    capture.run(call);
    capture.span()
}

fn strings(values: &[&str]) -> Value {
    Value::Array(Array::String(values.iter().map(|value| (*value).to_owned().into()).collect()))
}

#[llm_span(provider = "openai", request = body)]
fn chat(body: &serde_json::Value) {}

#[llm_span(operation = "embeddings", provider = "openai", request = body)]
fn embed(body: &serde_json::Value) {}

/// Everything that can be read out of a request, but for hashes.
const READ: [&str; 19] = [
    "gen_ai.request.model",
    "gen_ai.request.temperature",
    "gen_ai.request.top_p",
    "gen_ai.request.top_k",
    "gen_ai.request.max_tokens",
    "gen_ai.request.stop_sequences",
    "gen_ai.request.seed",
    "gen_ai.request.frequency_penalty",
    "gen_ai.request.presence_penalty",
    "gen_ai.request.choice.count",
    "gen_ai.request.stream",
    "gen_ai.request.reasoning.level",
    "gen_ai.output.type",
    "gen_ai.embeddings.dimension.count",
    "gen_ai.request.encoding_formats",
    "llm_trace.prompt.messages",
    "llm_trace.prompt.length",
    "llm_trace.system.length",
    "llm_trace.request.tools",
];

/// Asserts that of all that can be read, the span has what is expected and nothing else.
fn check(label: &str, span: &SpanData, expected: &[(&str, Value)]) {
    for key in READ {
        let value = expected.iter().find(|(expected, _)| *expected == key).map(|(_, value)| value);
        assert_eq!(attribute(span, key), value, "{label}: {key}");
    }
    for (key, _) in expected {
        assert!(READ.contains(key), "{label}: {key}");
    }
}
