//! The `genai` crate, which speaks to many providers; its answer is read as it is.
//!
//! ```text
//! cargo run --example genai_client --features genai
//! OPENAI_API_KEY=sk-… cargo run --example genai_client --features genai
//! ```

mod provider;

use std::error::Error;

use genai::chat::{ChatOptions, ChatRequest, ChatResponse};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ServiceTarget};
use llm_trace::llm_span;

#[llm_span(model = model, provider = "openai", request = (request, options))]
async fn chat(
    client: &Client,
    model: &str,
    request: &ChatRequest,
    options: &ChatOptions,
) -> genai::Result<ChatResponse> {
    client.exec_chat(model, request.clone(), Some(options)).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    // So short a program would end before the prices are loaded.
    llm_trace::load_prices();
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    let client = Client::builder()
        .with_service_target_resolver_fn(move |target: ServiceTarget| {
            let endpoint = Endpoint::from_owned(format!("{base_url}/"));
            Ok(ServiceTarget { endpoint, auth: AuthData::from_single(key.clone()), ..target })
        })
        .build()?;

    let request =
        ChatRequest::from_user("What is a trait in Rust?").with_system("Answer in one sentence.");
    let options = ChatOptions::default().with_temperature(0.2).with_max_tokens(128);
    let answer = chat(&client, "gpt-4o-mini", &request, &options).await?;
    println!("{}", answer.first_text().unwrap_or_default());
    Ok(())
}

#[test]
fn what_is_exported_is_as_drawn() {
    provider::assert_exported(main, "chat gpt-4o-mini {tokens.in > 0, outcome = ok}");
}
