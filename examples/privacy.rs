//! The same call three times, with nothing, everything but secrets, and everything of its content
//! leaving: what a receiver gets, side by side.
//!
//! ```text
//! cargo run --example privacy
//! ```

use std::sync::{Arc, Mutex};

use llm_trace::{Capture, ContentOn, Gate, llm_span, set_capture};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

const MODES: [Capture; 3] = [Capture::Off, Capture::Redacted, Capture::Full];

#[llm_span(provider = "openai", request = request)]
fn chat(request: &Value) -> Value {
    // Stands for the provider.
    let _ = request;
    json!({
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{
            "finish_reason": "stop",
            "message": { "content": "I wrote to ann@example.com about card 4111 1111 1111 1111." },
        }],
        "usage": { "prompt_tokens": 24, "completion_tokens": 19 },
    })
}

/// Stands for the exporter that you have.
#[derive(Clone, Debug, Default)]
struct Keep(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Keep {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("nobody panics with it").extend(batch);
        Ok(())
    }
}

/// Makes the call, and returns what would be received. `Builder::with_capture` does all of this at
/// once; here it is by hand, because a program chooses one mode and not three.
fn received(capture: Capture) -> SpanData {
    let kept = Keep::default();
    set_capture(capture, ContentOn::Spans);
    let exporter = Gate::new().with_capture(capture).before(kept.clone());
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("privacy"));
    let request = json!({
        "model": "gpt-4o-mini",
        "messages": [{ "role": "user", "content": "Mail ann@example.com. My key is sk-proj-Tq8Zr2Lw5Vx9Nb3Kd7Hf4Jm6Pc1Rs0Yg" }],
    });
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        chat(&request);
    });
    let mut spans = kept.0.lock().expect("nobody panics with it");
    spans.pop().expect("one call, one span")
}

fn main() {
    let spans = MODES.map(received);
    for key in [
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.usage.input_tokens",
        "llm_trace.outcome",
        "llm_trace.prompt.hash",
        "llm_trace.prompt.length",
        "llm_trace.redactions",
    ] {
        println!("{key}");
        for (mode, span) in MODES.iter().zip(&spans) {
            println!("  {:<9}{}", mode.as_str(), value(span, key).unwrap_or("–".to_owned()));
        }
    }
}

fn value(span: &SpanData, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == key)?;
    Some(found.value.as_str().into_owned())
}

#[test]
fn each_mode_lets_out_what_it_says() {
    let [off, redacted, full] = MODES.map(received);

    let said = |span| value(span, "gen_ai.input.messages").unwrap_or_default();
    assert_eq!(said(&off), "");
    assert!(said(&redacted).contains("Mail [REDACTED:email]") && !said(&redacted).contains("sk-"));
    assert!(said(&full).contains("Mail ann@example.com") && said(&full).contains("sk-proj-"));
    let answered = value(&redacted, "gen_ai.output.messages").unwrap_or_default();
    assert!(answered.contains("[REDACTED:email]") && answered.contains("[REDACTED:card]"));
    for span in [&off, &redacted, &full] {
        assert_eq!(value(span, "gen_ai.usage.input_tokens").as_deref(), Some("24"));
        assert!(value(span, "llm_trace.prompt.hash").is_some());
    }
}

#[test]
fn what_is_exported_is_as_drawn() {
    let capture = llm_trace::testing::capture();
    capture.run(|| chat(&json!({ "model": "gpt-4o-mini", "messages": [] })));
    llm_trace::assert_trace!(capture, "chat gpt-4o-mini {tokens.in = 24, finish = stop}");
    llm_trace::assert_conformant!(capture);
}
