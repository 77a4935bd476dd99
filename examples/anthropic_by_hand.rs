//! No client crate, and Anthropic: the request and the answer are JSON, and both are read.
//!
//! ```text
//! cargo run --example anthropic_by_hand
//! ANTHROPIC_API_KEY=sk-ant-… cargo run --example anthropic_by_hand
//! ```
//!
//! The span says what was asked for without another argument. Anthropic's `input_tokens` leaves out
//! what was read from the cache; the span's has it, as the conventions want.

mod provider;

use std::error::Error;

use llm_trace::llm_span;
use serde_json::{Value, json};

#[llm_span(provider = "anthropic", request = body)]
async fn send(base_url: &str, key: &str, body: &Value) -> Result<Value, reqwest::Error> {
    reqwest::Client::new()
        .post(format!("{base_url}/messages"))
        .header("x-api-key", key)
        .header("anthropic-version", "2023-06-01")
        .json(body)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    // So short a program would end before the prices are loaded.
    llm_trace::load_prices();
    let (base_url, key) =
        provider::endpoint("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY").await?;

    let handbook = "Borrowing lets code use a value without owning it. ".repeat(200);
    let body = json!({
        "model": "claude-sonnet-4-5",
        "max_tokens": 256,
        "temperature": 0.2,
        "system": [{ "type": "text", "text": handbook, "cache_control": { "type": "ephemeral" } }],
        "messages": [{ "role": "user", "content": "When does a borrow end?" }],
    });
    let answer = send(&base_url, &key, &body).await?;
    println!("{}", answer["content"][0]["text"]);
    Ok(())
}
