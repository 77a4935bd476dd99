//! Where the examples send their calls: to a provider, or to an emulator in this process that
//! answers as OpenAI and Anthropic do. Nothing here is about tracing.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// How long a small model takes for a short answer.
const LATENCY: Duration = Duration::from_millis(400);
/// Longer than any caller waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// The path of a provider in trouble: it hangs, then it fails, then it answers.
const TROUBLED: &str = "/troubled";

/// Returns the base URL and the key to call: `base_url` if the variable with the key is set.
#[allow(dead_code, reason = "each example has its own copy of this module")]
pub async fn endpoint(base_url: &str, variable: &str) -> io::Result<(String, String)> {
    match std::env::var(variable) {
        // A test pays nobody.
        Ok(key) if !key.is_empty() && !cfg!(test) => Ok((base_url.to_owned(), key)),
        _ => {
            let address = emulate().await?;
            println!("{variable} is not set: answering from a provider emulator on {address}\n");
            Ok((format!("{address}/v1"), "none".to_owned()))
        }
    }
}

/// Returns the base URL of an emulator that hangs once, fails once, and then answers.
#[allow(dead_code, reason = "each example has its own copy of this module")]
pub async fn troubled_endpoint() -> io::Result<String> {
    Ok(emulate().await? + TROUBLED + "/v1")
}

/// Starts the emulator and returns its address.
async fn emulate() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let api = Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/embeddings", post(async || Json(embedding())))
        .route("/v1/messages", post(async || Json(message())));
    let well = api.clone().layer(from_fn(delay));
    let requests = Arc::new(AtomicU32::new(0));
    let troubled = api.layer(from_fn_with_state(requests, trouble));
    let app = well.nest(TROUBLED, troubled).fallback(unknown);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

/// Takes the time that a model takes.
async fn delay(request: Request, next: Next) -> Response {
    sleep(LATENCY).await;
    next.run(request).await
}

/// Hangs on the first request and fails on the second.
async fn trouble(State(requests): State<Arc<AtomicU32>>, request: Request, next: Next) -> Response {
    match requests.fetch_add(1, Ordering::Relaxed) {
        0 => sleep(PATIENCE).await,
        1 => {
            let error = json!({ "error": { "message": "try again later" } });
            return (StatusCode::SERVICE_UNAVAILABLE, Json(error)).into_response();
        }
        _ => {}
    }
    delay(request, next).await
}

async fn unknown() -> Response {
    sleep(LATENCY).await;
    let error = json!({ "message": "no such route", "type": "not_found" });
    (StatusCode::NOT_FOUND, Json(json!({ "error": error }))).into_response()
}

/// Answers at once, or word by word as server-sent events.
async fn chat(Json(request): Json<Value>) -> Response {
    let completion = completion(&request);
    if request["stream"] != true {
        return Json(completion).into_response();
    }
    let content = completion["choices"][0]["message"]["content"].as_str().unwrap_or_default();
    let chunk = |choices: Value, usage: &Value| {
        json!({
            "id": completion["id"],
            "object": "chat.completion.chunk",
            "created": completion["created"],
            "model": completion["model"],
            "choices": choices,
            "usage": usage
        })
    };
    let choice = |delta: Value, reason: Option<&str>| {
        chunk(json!([{ "index": 0, "delta": delta, "finish_reason": reason }]), &Value::Null)
    };
    let words = content.split_inclusive(' ').map(|word| choice(json!({ "content": word }), None));
    let last = [choice(json!({}), Some("stop")), chunk(json!([]), &completion["usage"])];
    let chunks = words.chain(last).map(|chunk| chunk.to_string()).chain(["[DONE]".to_owned()]);
    let chunks: Vec<_> = chunks.collect();
    let events = stream::iter(chunks).then(async |chunk| {
        sleep(Duration::from_millis(40)).await;
        Ok::<_, Infallible>(Event::default().data(chunk))
    });
    Sse::new(events).into_response()
}

/// A chat completion as OpenAI writes it, by the dated model that a name stands for.
fn completion(request: &Value) -> Value {
    let model = match request["model"].as_str() {
        Some("gpt-4o") => "gpt-4o-2024-08-06",
        _ => "gpt-4o-mini-2024-07-18",
    };
    json!({
        "id": "chatcmpl-CfT2xkQ9bZr4mWn8sLd0vYhG6pJa",
        "object": "chat.completion",
        "created": 1_763_600_000,
        "model": model,
        "choices": [{
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "A trait names what a type can do, so that code can ask for the \
                            ability and not for the type.",
                "refusal": null,
                "annotations": []
            },
            "logprobs": null,
            "finish_reason": "stop"
        }],
        "usage": {
            "prompt_tokens": 17,
            "completion_tokens": 23,
            "total_tokens": 40,
            "prompt_tokens_details": { "cached_tokens": 0, "audio_tokens": 0 },
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0
            }
        },
        "service_tier": "default",
        "system_fingerprint": "fp_560af6e559"
    })
}

/// An embedding as OpenAI writes it, but for its length.
fn embedding() -> Value {
    json!({
        "object": "list",
        "data": [{ "object": "embedding", "index": 0, "embedding": [0.6, 0.8, 0.0] }],
        "model": "text-embedding-3-small",
        "usage": { "prompt_tokens": 8, "total_tokens": 8 }
    })
}

/// A message as Anthropic writes it, most of its prompt read from a cache.
fn message() -> Value {
    json!({
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [{ "type": "text", "text": "A borrow ends where it is last used." }],
        "stop_reason": "end_turn",
        "stop_sequence": null,
        "usage": {
            "input_tokens": 12,
            "cache_read_input_tokens": 2048,
            "cache_creation_input_tokens": 0,
            "cache_creation": { "ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0 },
            "output_tokens": 11,
            "service_tier": "standard"
        }
    })
}

/// Runs an example, and holds what it exports to a drawing and to the conventions. Returns the rest.
#[cfg(test)]
pub fn assert_exported(
    main: fn() -> Result<(), Box<dyn std::error::Error>>,
    drawn: &str,
) -> llm_trace::testing::Capture {
    let capture = llm_trace::testing::capture();
    if let Err(error) = capture.run(main) {
        panic!("the example failed: {error}");
    }
    llm_trace::assert_trace!(capture, drawn);
    llm_trace::assert_conformant!(capture);
    capture
}
