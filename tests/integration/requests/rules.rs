//! What wins over a request, where a request may lie, and when it is read.

use std::sync::atomic::{AtomicU32, Ordering};

use llm_trace::llm_span;
use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::{chat, check, span_of};
use crate::support::{attribute, text};

/// A request of one's own, with narrow numbers and the provider's request inside.
#[derive(Clone, Default, Serialize)]
struct Outer {
    tenant: &'static str,
    request: Inner,
}

#[derive(Clone, Default, Serialize)]
struct Inner {
    model: &'static str,
    temperature: f32,
    top_p: Option<f32>,
    messages: Vec<Message>,
}

#[derive(Clone, Default, Serialize)]
struct Message {
    role: &'static str,
    content: &'static str,
}

fn outer() -> Outer {
    let messages = vec![Message { role: "user", content: "hi" }];
    Outer {
        tenant: "acme",
        request: Inner { model: "m-1", temperature: 0.2, top_p: None, messages },
    }
}

#[test]
fn a_request_may_lie_in_a_type_of_ones_own_or_beside_its_options() {
    #[llm_span(provider = "openai", request = (request, options))]
    fn beside(request: &Inner, options: &serde_json::Value) {}

    #[llm_span(provider = "openai", request = request)]
    fn inside(request: Outer) -> Outer {
        request
    }

    let expected = [
        ("gen_ai.request.model", "m-1".into()),
        ("gen_ai.request.temperature", Value::F64(0.2)),
        ("llm_trace.prompt.messages", Value::I64(1)),
        ("llm_trace.prompt.length", Value::I64(2)),
    ];
    check("inside", &span_of(|| inside(outer())), &expected);

    let options = json!({"max_tokens": 5, "response_format": "JsonMode"});
    let mut expected = expected.to_vec();
    expected.push(("gen_ai.request.max_tokens", Value::I64(5)));
    expected.push(("gen_ai.output.type", "json".into()));
    check("beside", &span_of(|| beside(&outer().request, &options)), &expected);
}

#[test]
fn an_argument_wins_over_the_request_and_the_request_over_a_parameter() {
    #[llm_span(
        model = "alias", provider = "openai", request = body, temperature = 0.9, max_tokens = None::<u32>,
        system = "mine", top_p = 1
    )]
    fn arguments(body: &serde_json::Value) {}

    #[llm_span(provider = "openai", request = body)]
    fn parameter(body: &serde_json::Value, prompt: &str) {}

    #[llm_span(provider = "openai", request = body, prompt = "explicit")]
    fn prompt(body: &serde_json::Value) {}

    let body = json!({
        "model": "gpt-4o", "temperature": 0.1, "top_p": 0.5, "max_tokens": 7, "system": "theirs!",
        "messages": [{"role": "user", "content": "hi"}]
    });
    let span = span_of(|| arguments(&body));
    assert_eq!(span.name, "chat alias");
    check(
        "arguments",
        &span,
        &[
            ("gen_ai.request.model", "alias".into()),
            ("gen_ai.request.temperature", Value::F64(0.9)),
            ("gen_ai.request.top_p", Value::F64(1.0)),
            ("gen_ai.request.max_tokens", Value::I64(7)),
            ("llm_trace.prompt.messages", Value::I64(1)),
            ("llm_trace.prompt.length", Value::I64(2)),
            ("llm_trace.system.length", Value::I64(4)),
        ],
    );

    let length = |span: &SpanData| attribute(span, "llm_trace.prompt.length").cloned();
    assert_eq!(length(&span_of(|| parameter(&body, "of the function"))), Some(Value::I64(2)));
    let bare = json!({"model": "gpt-4o"});
    assert_eq!(length(&span_of(|| parameter(&bare, "of the function"))), Some(Value::I64(15)));
    assert_eq!(length(&span_of(|| prompt(&body))), Some(Value::I64(8)));
}

#[test]
fn the_prompt_of_a_request_has_the_hash_of_the_same_prompt_alone() {
    #[llm_span(model = "gpt-4o", provider = "openai", prompt = body["messages"], system = "Be brief.")]
    fn alone(body: &serde_json::Value) {}

    let body = json!({"model": "gpt-4o", "instructions": "Be brief.",
                      "messages": [{"role": "user", "content": "hi"}]});
    let (alone, whole) = (span_of(|| alone(&body)), span_of(|| chat(&body)));

    for key in ["llm_trace.prompt.hash", "llm_trace.system.hash"] {
        assert!(text(&alone, key).starts_with("v1:"), "{key}");
        assert_eq!(text(&alone, key), text(&whole, key), "{key}");
    }
}

#[test]
fn a_request_is_evaluated_once() {
    static EVALUATED: AtomicU32 = AtomicU32::new(0);

    fn build() -> Outer {
        EVALUATED.fetch_add(1, Ordering::Relaxed);
        outer()
    }

    #[llm_span(provider = "openai", request = build())]
    fn call() {}

    assert_eq!(span_of(call).name, "chat m-1");
    assert_eq!(EVALUATED.load(Ordering::Relaxed), 1);
}

#[test]
fn a_value_that_panics_when_it_is_read_does_not_stop_the_call() {
    struct Panics;

    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
            panic!("no serialisation here")
        }
    }

    #[llm_span(provider = "openai", request = Panics, prompt = Panics, system = Panics)]
    fn call() -> u8 {
        7
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn parameter(prompt: &Panics) -> u8 {
        7
    }

    for (name, call) in [("chat", call as fn() -> u8), ("chat gpt-4o", || parameter(&Panics))] {
        let span = span_of(|| assert_eq!(call(), 7));
        assert_eq!(span.name, name);
        assert_eq!(text(&span, "llm_trace.outcome"), "ok");
        assert_eq!(attribute(&span, "llm_trace.prompt.length"), None);
        assert_eq!(attribute(&span, "llm_trace.system.length"), None);
    }
}
