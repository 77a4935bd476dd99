//! Hostile answers, prompts and requests: nothing panics, and nothing takes long.

#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_trace::llm_span;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

#[llm_span(provider = "openai", request = request, system = request)]
fn call(request: &Value) -> &Value {
    request
}

#[llm_span(model = "gpt-4o", provider = "openai", prompt = text)]
fn ask(text: &str) -> &str {
    text
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn bytes(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

fuzz_target!(init: record(), |input: &[u8]| {
    bytes(input);
    let Ok(text) = std::str::from_utf8(input) else { return };
    ask(text);
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    call(&value);
});

/// Everything is read only for a recording span.
fn record() {
    let tracer = SdkTracerProvider::builder().build().tracer("fuzz");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).expect("it is the only one");
    // A panic in a reader would be caught, as in a program; here it has to be seen.
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        std::process::abort();
    }));
}
