//! One annotated function and a real client; the finished call is drawn in the terminal.
//!
//! ```text
//! cargo run --example quickstart
//! OPENAI_API_KEY=sk-… cargo run --example quickstart
//! ```
//!
//! Without a key, an emulator in this process answers in place of OpenAI.

mod provider;

use std::error::Error;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage, CreateChatCompletionRequestArgs, CreateChatCompletionResponse,
};
use llm_trace::llm_span;

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(
    client: &Client<OpenAIConfig>,
    prompt: &str,
) -> Result<CreateChatCompletionResponse, OpenAIError> {
    let request = CreateChatCompletionRequestArgs::default()
        .model("gpt-4o-mini")
        .messages([ChatCompletionRequestUserMessage::from(prompt).into()])
        .build()?;
    client.chat().create(request).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    let client = Client::with_config(OpenAIConfig::new().with_api_base(base_url).with_api_key(key));

    let response = chat(&client, "What is a trait in Rust? Answer in one sentence.").await?;
    for choice in response.choices {
        println!("{}", choice.message.content.unwrap_or_default());
    }
    Ok(())
}
