//! An answer printed as it arrives; then the finished call, with the time to its first chunk.
//!
//! ```text
//! cargo run --example streaming
//! OPENAI_API_KEY=sk-… cargo run --example streaming
//! ```
//!
//! The stream is a type of the client's own, so the attribute says `stream`.

mod provider;

use std::error::Error;
use std::io::Write;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage, ChatCompletionResponseStream, ChatCompletionStreamOptions,
    CreateChatCompletionRequestArgs,
};
use futures_util::StreamExt;
use llm_trace::llm_span;

#[llm_span(stream, model = "gpt-4o-mini", provider = "openai")]
async fn chat(
    client: &Client<OpenAIConfig>,
    prompt: &str,
) -> Result<ChatCompletionResponseStream, OpenAIError> {
    // Without this option OpenAI does not say what a stream used.
    let options =
        ChatCompletionStreamOptions { include_usage: Some(true), include_obfuscation: None };
    let request = CreateChatCompletionRequestArgs::default()
        .model("gpt-4o-mini")
        .messages([ChatCompletionRequestUserMessage::from(prompt).into()])
        .stream_options(options)
        .build()?;
    client.chat().create_stream(request).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    let client = Client::with_config(OpenAIConfig::new().with_api_base(base_url).with_api_key(key));

    let mut stream = chat(&client, "What is a trait in Rust? Answer in one sentence.").await?;
    while let Some(chunk) = stream.next().await {
        for choice in chunk?.choices {
            print!("{}", choice.delta.content.unwrap_or_default());
            std::io::stdout().flush()?;
        }
    }
    println!("\n");

    // Dropped after three chunks: what arrived is kept, and the outcome is `abandoned`.
    let stream = chat(&client, "What is a lifetime in Rust?").await?;
    let begun = stream.take(3).count().await;
    println!("enough after {begun} chunks\n");
    Ok(())
}

#[test]
fn what_is_exported_is_as_drawn() {
    provider::assert_exported(
        main,
        "
        chat gpt-4o-mini {outcome = ok}
        chat gpt-4o-mini {outcome = abandoned}
        ",
    );
}
