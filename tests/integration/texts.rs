//! Functions that return what the provider sent, as text or bytes.

use llm_trace::llm_span;
use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;

use crate::support::{Capture, attribute};

const BODY: &str = r#"{"id": "c1", "choices": [{"message": {"content": "hello"}}],
                       "usage": {"prompt_tokens": 7, "completion_tokens": 9}}"#;

/// A client's buffer: bytes, and nothing that serialises.
struct Buffer(&'static str);

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn string() -> Result<String, std::fmt::Error> {
    Ok(BODY.to_owned())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn str() -> Option<&'static str> {
    Some(BODY)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn vector() -> Vec<u8> {
    BODY.into()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn slice() -> &'static [u8] {
    BODY.as_bytes()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn buffer() -> Buffer {
    Buffer(BODY)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn written() -> &'static str {
    "{\"usage\": \"daily\"}"
}

fn span_of<T>(call: impl FnOnce() -> T) -> SpanData {
    let capture = Capture::new();
    capture.run(call);
    capture.span()
}

#[test]
fn a_body_is_read_as_text_and_as_bytes() {
    for (label, span) in [
        ("string", span_of(string)),
        ("str", span_of(str)),
        ("vector", span_of(vector)),
        ("slice", span_of(slice)),
        ("buffer", span_of(buffer)),
    ] {
        for (key, expected) in [
            ("gen_ai.response.id", "c1".into()),
            ("gen_ai.usage.input_tokens", Value::I64(7)),
            ("gen_ai.usage.output_tokens", Value::I64(9)),
            ("llm_trace.response.length", Value::I64(5)),
        ] {
            assert_eq!(attribute(&span, key), Some(&expected), "{label}: {key}");
        }
    }
    let span = span_of(written);
    assert_eq!(attribute(&span, "llm_trace.response.length"), Some(&Value::I64(18)));
    assert_eq!(attribute(&span, "gen_ai.usage.input_tokens"), None);
}
