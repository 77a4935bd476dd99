//! What reading a large answer costs in memory. A binary of its own, for its allocator counts.

use llm_trace::llm_span;
use opentelemetry::Value;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use serde::Serialize;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt;

/// Bytes of text in an answer.
const ANSWER: usize = 10 << 20;
/// What a call may use at a time, however large the answer: a buffer to hash from, and the span.
const LIMIT: u64 = 64 << 10;

#[derive(Serialize)]
struct Typed {
    id: &'static str,
    output: Vec<Part>,
    usage: Usage,
}

#[derive(Serialize)]
struct Part {
    r#type: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
}

#[llm_span(model = "gpt-4o", provider = "openai", request = answer, prompt = answer)]
fn value(answer: &serde_json::Value) -> &serde_json::Value {
    answer
}

#[llm_span(model = "gpt-4o", provider = "openai", prompt = answer)]
fn typed(answer: &Typed) -> &Typed {
    answer
}

#[llm_span(model = "gpt-4o", provider = "openai", prompt = answer)]
fn text(answer: &str) -> &str {
    answer
}

/// One text of 10 MB, and beside it a vector and a tool call that nobody reads.
fn one_text() -> serde_json::Value {
    json!({
        "choices": [{"message": {"content": "x".repeat(ANSWER), "tool_calls": [{"arguments": "y".repeat(1 << 20)}]}}],
        "data": vec![0.5; 100_000],
        "messages": [{"role": "user", "content": "x".repeat(ANSWER)}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 9},
    })
}

/// As many parts as the reader takes, of 10 MB in all.
fn many_parts() -> Typed {
    let part = || Part { r#type: "output_text", text: "x".repeat(ANSWER / 40_000) };
    let output = std::iter::repeat_with(part).take(40_000).collect();
    Typed { id: "r", output, usage: Usage { input_tokens: 7, output_tokens: 9 } }
}

/// The most bytes that a call had at a time, beyond what was there before.
fn peak(call: impl FnOnce()) -> u64 {
    allocation_counter::measure(call).bytes_max
}

#[test]
fn a_large_answer_is_read_in_little_memory() {
    let spans = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("memory"));
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    // What is made once per process is no part of a call.
    value(&json!({"usage": {"prompt_tokens": 1, "completion_tokens": 1}}));
    typed(&Typed {
        id: "",
        output: Vec::new(),
        usage: Usage { input_tokens: 1, output_tokens: 1 },
    });

    let (one_text, many_parts) = (one_text(), many_parts());
    // Without the request, which is as long, and would make it too long to be parsed.
    let json = json!({"choices": one_text["choices"], "usage": one_text["usage"]}).to_string();
    spans.reset();
    let peaks =
        [peak(|| _ = value(&one_text)), peak(|| _ = typed(&many_parts)), peak(|| _ = text(&json))];
    let spans = spans.get_finished_spans().unwrap();
    assert_eq!(spans.len(), peaks.len());
    for (span, peak) in spans.iter().zip(peaks) {
        let length =
            span.attributes.iter().find(|it| it.key.as_str() == "llm_trace.response.length");
        let length = length.map(|it| &it.value);
        assert!(matches!(length, Some(Value::I64(length)) if *length > 10_000_000), "{length:?}");
        assert!(peak < LIMIT, "{peak} bytes");
    }
}
