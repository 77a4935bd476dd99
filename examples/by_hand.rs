//! No client crate: the annotated function returns the JSON that the provider sent.
//!
//! ```text
//! cargo run --example by_hand
//! OPENAI_API_KEY=sk-… cargo run --example by_hand
//! ```
//!
//! Whatever the function returns is read by what it serialises to, so `serde_json::Value` will do.

mod provider;

use std::error::Error;

use llm_trace::llm_span;
use serde_json::{Value, json};

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(base_url: &str, key: &str, prompt: &str) -> Result<Value, reqwest::Error> {
    let request = json!({
        "model": "gpt-4o-mini",
        "messages": [{ "role": "user", "content": prompt }],
    });
    reqwest::Client::new()
        .post(format!("{base_url}/chat/completions"))
        .bearer_auth(key)
        .json(&request)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await
}

#[llm_span(workflow = "explain")]
async fn explain(base_url: &str, key: &str, words: &[&str]) -> Result<(), reqwest::Error> {
    for word in words {
        let response = chat(base_url, key, &format!("What is a {word} in Rust?")).await?;
        println!("{word}: {}", response["choices"][0]["message"]["content"]);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    explain(&base_url, &key, &["trait", "lifetime"]).await?;

    // No such route: the span says `error 404`, and nothing of the error's text.
    let failed = chat(&format!("{base_url}/nowhere"), &key, "Is anybody there?").await;
    println!("answered: {}", failed.is_ok());
    Ok(())
}
