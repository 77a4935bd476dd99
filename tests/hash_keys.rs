//! One hash key follows another. Alone in its process: the key is the process's.

use llm_trace::testing::{CapturedSpan, capture};
use llm_trace::{Builder, Gate, HashKey, llm_span};
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

const OLD: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const NEW: &str = "Nn8aXvAqWm3RZ0yIhTq4cS5oUe1LbKfJ2GdPzVw7kxY=";

#[llm_span(model = "gpt-4o", provider = "openai", prompt = prompt, system = "Be brief.")]
fn chat(prompt: &str) -> serde_json::Value {
    serde_json::json!({"choices": [{"message": {"content": prompt}}]})
}

#[test]
fn while_two_keys_overlap_a_text_groups_under_both() {
    let key = |text: &str| text.parse::<HashKey>().unwrap();

    let before = hashes(key(OLD));
    let during = hashes(key(NEW).with_previous(key(OLD)));
    let after = hashes(key(NEW));

    let closed = ["input", "output", "system", "tool", "error", "text", "other"];
    let closed = closed.map(|family| format!("closed.{family}"));
    for field in ["prompt", "response", "system"].into_iter().chain(closed.iter().map(|it| &**it)) {
        let [hash, previous] = ["hash", "previous_hash"].map(|name| {
            let name = format!("llm_trace.{field}.{name}");
            move |hashes: &[(String, String)]| {
                hashes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
            }
        });
        assert!(hash(&before).unwrap().starts_with(&format!("v1:{}:", key(OLD).id())), "{field}");
        assert!(hash(&after).unwrap().starts_with(&format!("v1:{}:", key(NEW).id())), "{field}");
        assert_eq!(previous(&during), hash(&before), "{field}");
        assert_eq!(hash(&during), hash(&after), "{field}");
        assert_eq!((previous(&before), previous(&after)), (None, None), "{field}");
    }
    // The prompt and the answer are the same text, and do not link.
    let hash = |name: &str| after.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_ne!(hash("llm_trace.prompt.hash"), hash("llm_trace.response.hash"));
}

/// The hashes of one call under a key.
fn hashes(key: HashKey) -> Vec<(String, String)> {
    let _guard = Builder::new().with_hash_key(key).build().unwrap().set_globals();
    let capture = capture();
    capture.run(|| chat("hi"));
    let spans = capture.spans();
    let attributes = spans.iter().flat_map(CapturedSpan::attributes).cloned();
    attributes
        .chain(closed())
        .filter(|attribute| attribute.key.as_str().ends_with("hash"))
        .map(|attribute| (attribute.key.to_string(), attribute.value.to_string()))
        .collect()
}

/// What the gate leaves of a span with something of every kind.
fn closed() -> Vec<KeyValue> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(Gate::new().before(exporter.clone()))
        .build();
    let mut span =
        provider.tracer("tests").start("a name that is long enough to be a whole sentence");
    for key in [
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments",
        "exception.message",
        "app.payload",
    ] {
        span.set_attribute(KeyValue::new(key, "hi"));
    }
    span.end();
    let [span] = &exporter.get_finished_spans().unwrap()[..] else { panic!("not one span") };
    span.attributes.clone()
}
