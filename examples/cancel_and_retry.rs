//! A provider that hangs, then fails, then answers: every attempt is visible, and there is one total.
//!
//! ```text
//! cargo run --example cancel_and_retry
//! ```
//!
//! The attempts are calls of their own, below the function that retries. A timeout around a call
//! drops it, and its span says `cancelled`; the workflow goes on and says how it ended itself.

mod provider;

use std::error::Error;
use std::time::Duration;

use llm_trace::llm_span;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

const ATTEMPTS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(1);

#[llm_span(model = "gpt-4o-mini", provider = "openai", attempt = attempt)]
async fn chat(base_url: &str, prompt: &str, attempt: u32) -> Result<Value, reqwest::Error> {
    let request = json!({
        "model": "gpt-4o-mini",
        "messages": [{ "role": "user", "content": prompt }],
    });
    let response =
        reqwest::Client::new().post(format!("{base_url}/chat/completions")).json(&request).send();
    response.await?.error_for_status()?.json().await
}

#[llm_span(workflow = "persist")]
async fn persist(base_url: &str, prompt: &str) -> Result<Value, Box<dyn Error>> {
    for attempt in 1..=ATTEMPTS {
        match timeout(PATIENCE, chat(base_url, prompt, attempt)).await {
            Ok(Ok(response)) => {
                // What failed cost nothing; what was answered is counted once.
                let totals = llm_trace::current().totals();
                println!("{} attempts, {} tokens", totals.calls(), totals.output_tokens());
                return Ok(response);
            }
            Ok(Err(error)) => println!("attempt {attempt}: {:?}", error.status()),
            Err(_) => println!("attempt {attempt}: no answer in {PATIENCE:?}"),
        }
        sleep(Duration::from_millis(50) * attempt).await;
    }
    Err("no attempt succeeded".into())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let base_url = provider::troubled_endpoint().await?;
    let response = persist(&base_url, "What is a trait in Rust?").await?;
    println!("{}\n", response["choices"][0]["message"]["content"]);
    Ok(())
}

#[test]
fn what_is_exported_is_as_drawn() {
    provider::assert_exported(
        main,
        "
        invoke_workflow persist {outcome = ok}
        ├── chat gpt-4o-mini {outcome = cancelled}
        ├── chat gpt-4o-mini {error = 503}
        └── chat gpt-4o-mini {outcome = ok}
        ",
    );
}
