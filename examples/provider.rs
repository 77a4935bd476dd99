//! Where the examples send their calls: to a provider, or to an emulator in this process that
//! answers as OpenAI and Anthropic do. Nothing here is about tracing.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How long a small model takes for a short answer.
const LATENCY: Duration = Duration::from_millis(400);
/// Longer than any caller waits.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest request that the emulator reads.
const MAX_BODY: usize = 1 << 20;

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
    tokio::spawn(async move {
        for request in 0.. {
            let Ok((stream, _)) = listener.accept().await else { break };
            tokio::spawn(answer(stream, request));
        }
    });
    Ok(address)
}

/// Reads one HTTP request and answers it; `request` counts them.
async fn answer(stream: TcpStream, request: u64) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request_line = String::new();
    stream.read_line(&mut request_line).await?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; MAX_BODY.min(length)];
    stream.read_exact(&mut body).await?;
    let path = request_line.split(' ').nth(1).unwrap_or_default();
    let is_troubled = path.starts_with(TROUBLED);
    tokio::time::sleep(if is_troubled && request == 0 { PATIENCE } else { LATENCY }).await;

    let is_stream = serde_json::from_slice(&body).is_ok_and(|body: Value| body["stream"] == true);
    let (status, reply) = match path.strip_prefix(TROUBLED).unwrap_or(path) {
        _ if is_troubled && request == 1 => {
            ("503 Service Unavailable", json!({ "error": { "message": "try again later" } }))
        }
        "/v1/chat/completions" if is_stream => return stream_chunks(stream, &body).await,
        "/v1/chat/completions" => ("200 OK", completion(&body)),
        "/v1/embeddings" => ("200 OK", embedding()),
        "/v1/messages" => ("200 OK", message()),
        _ => {
            let error = json!({ "message": "no such route", "type": "not_found" });
            ("404 Not Found", json!({ "error": error }))
        }
    };
    let reply = reply.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        reply.len()
    );
    stream.write_all((head + &reply).as_bytes()).await?;
    stream.shutdown().await
}

/// Answers word by word, as server-sent events.
async fn stream_chunks(mut stream: BufReader<TcpStream>, request: &[u8]) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    let completion = completion(request);
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
    for chunk in words.chain(last) {
        stream.write_all(format!("data: {chunk}\n\n").as_bytes()).await?;
        stream.flush().await?;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    stream.write_all(b"data: [DONE]\n\n").await?;
    stream.shutdown().await
}

/// A chat completion as OpenAI writes it, by the dated model that a name stands for.
fn completion(body: &[u8]) -> Value {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
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
