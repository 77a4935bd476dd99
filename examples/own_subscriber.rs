//! Your own subscriber and tracer provider: the call nests in your span, `llm_trace::init` is not
//! called, and nothing of yours is replaced.
//!
//! ```text
//! cargo run --example own_subscriber
//! ```

use llm_trace::llm_span;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::{Value, json};
use tracing::{info, instrument};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Stands for the exporter that you have.
#[derive(Debug)]
struct Print;

impl SpanExporter for Print {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for span in batch {
            println!("{} {} in {}", span.span_context.span_id(), span.name, span.parent_span_id);
            for attribute in &span.attributes {
                println!("    {} = {}", attribute.key, attribute.value.as_str());
            }
        }
        Ok(())
    }
}

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
fn chat(prompt: &str) -> Value {
    info!(bytes = prompt.len(), "asking");
    json!({
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{ "finish_reason": "stop", "message": { "content": "Paris." } }],
        "usage": { "prompt_tokens": 14, "completion_tokens": 2 },
    })
}

#[instrument(skip_all)]
fn handle_request(question: &str) -> Value {
    chat(question)
}

fn main() -> OTelSdkResult {
    let provider = SdkTracerProvider::builder().with_simple_exporter(Print).build();
    let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer())
        .with(layer.with_tracer(provider.tracer("my-service")))
        .init();

    let response = handle_request("What is the capital of France?");
    println!("{}", response["choices"][0]["message"]["content"]);
    provider.shutdown()
}

#[test]
fn what_is_exported_is_as_drawn() {
    let capture = llm_trace::testing::capture();
    capture.run(|| handle_request("What is the capital of France?"));
    llm_trace::assert_trace!(
        capture,
        "
        handle_request
        └── chat gpt-4o-mini {tokens.in = 14, finish = stop}
        "
    );
    llm_trace::assert_conformant!(capture);
}
