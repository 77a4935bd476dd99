//! One trace and one conversation across two services: an agent, and the service that it asks.
//!
//! ```text
//! cargo run --example two_services
//! ```

use std::error::Error;

use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use llm_trace::{Builder, llm_span, propagation};
use opentelemetry::trace::FutureExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Stands for a provider.
#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(prompt: &str) -> Value {
    json!({
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{ "finish_reason": "stop", "message": { "content": prompt.to_uppercase() } }],
        "usage": { "prompt_tokens": 8, "completion_tokens": 8 },
    })
}

#[llm_span(agent = "librarian")]
async fn librarian(question: &str) -> Value {
    chat(question).await["choices"][0]["message"]["content"].take()
}

/// The service that is asked: everything in it is below the caller.
async fn handle(headers: HeaderMap, question: String) -> Json<Value> {
    let caller = propagation::extract(&headers);
    Json(librarian(&question).with_context(caller).await)
}

/// The service that asks.
#[llm_span(agent = "front", conversation = conversation)]
async fn front(url: &str, conversation: &str, question: &str) -> reqwest::Result<Value> {
    let mut headers = HeaderMap::new();
    // Only for services of your own: a provider has no business with these ids.
    propagation::inject(&mut headers);
    let request = reqwest::Client::new().post(url).headers(headers).body(question.to_owned());
    request.send().await?.error_for_status()?.json().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Both services are in one program here; each would say the same of its own.
    let _guard = Builder::new().with_baggage(["gen_ai.conversation.id"]).install()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/questions", listener.local_addr()?);
    tokio::spawn(async {
        axum::serve(listener, Router::new().route("/questions", post(handle))).await
    });
    println!("{}", front(&url, "conversation-42", "who wrote it?").await?);
    Ok(())
}

#[test]
fn what_is_exported_is_as_drawn() {
    let capture = llm_trace::testing::capture();
    capture.run(main).expect("nothing is wrong");
    llm_trace::assert_trace!(
        capture,
        "
        invoke_agent front {gen_ai.conversation.id = conversation-42}
        └── invoke_agent librarian {gen_ai.conversation.id = conversation-42, total.calls = 1}
            └── chat gpt-4o-mini {gen_ai.conversation.id = conversation-42, finish = stop}
        "
    );
    llm_trace::assert_conformant!(capture);
}
