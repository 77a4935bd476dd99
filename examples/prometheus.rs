//! The metrics of your calls where Prometheus reads them, and no collector between.
//!
//! ```text
//! cargo run --example prometheus
//! ```

use std::error::Error;

use llm_trace::{Builder, llm_span};
use serde_json::{Value, json};

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(prompt: &str) -> Result<Value, std::io::Error> {
    if prompt.is_empty() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    Ok(json!({
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{ "finish_reason": "stop", "message": { "content": "Paris." } }],
        "usage": { "prompt_tokens": 14, "completion_tokens": 2 },
    }))
}

async fn three_calls() {
    for prompt in ["What is the capital of France?", "", "And of Norway?"] {
        // The second one fails, and is counted as such.
        let _ = chat(prompt).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The same without code: OTEL_METRICS_EXPORTER=prometheus, which serves localhost:9464.
    let guard =
        Builder::new().with_service_name("shop").with_prometheus("127.0.0.1", 0).install()?;
    three_calls().await;

    let prometheus = guard.prometheus().ok_or("the endpoint is on")?;
    let address = prometheus.address().ok_or("the endpoint has an address")?;
    // What Prometheus does every few seconds. A router of your own answers with `prometheus.text()`.
    let text = reqwest::get(format!("http://{address}/metrics")).await?.text().await?;
    for line in text.lines().filter(|line| line.contains("_sum{") || line.contains("_total{")) {
        println!("{line}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_exported_is_as_drawn() {
    let capture = llm_trace::testing::capture();
    capture.scope(three_calls()).await;
    llm_trace::assert_trace!(
        capture,
        "
        chat gpt-4o-mini {tokens.in = 14, finish = stop}
        chat gpt-4o-mini {outcome = error}
        chat gpt-4o-mini {tokens.in = 14, finish = stop}
        "
    );
    llm_trace::assert_conformant!(capture);
}
