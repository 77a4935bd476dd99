//! Where the examples send their calls: to OpenAI, or to an emulator in this process that answers
//! as OpenAI does. Nothing here is about tracing.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The longest request that the emulator reads.
const MAX_BODY: usize = 1 << 20;

/// The path of a provider in trouble: it hangs, then it fails, then it answers.
const TROUBLED: &str = "/troubled";

/// Returns the base URL and the key to call: OpenAI's if `OPENAI_API_KEY` is set.
#[allow(dead_code, reason = "each example has its own copy of this module")]
pub async fn endpoint() -> io::Result<(String, String)> {
    match std::env::var("OPENAI_API_KEY") {
        Ok(key) if !key.is_empty() => Ok(("https://api.openai.com/v1".to_owned(), key)),
        _ => {
            let address = emulate().await?;
            println!(
                "OPENAI_API_KEY is not set: answering from a provider emulator on {address}\n"
            );
            Ok((format!("{address}/v1"), "none".to_owned()))
        }
    }
}

/// Returns the base URL of an emulator that hangs once, fails once, and then answers.
#[allow(dead_code, reason = "each example has its own copy of this module")]
pub async fn troubled_endpoint() -> io::Result<String> {
    Ok(emulate().await? + TROUBLED)
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
    let is_troubled = request_line.contains(TROUBLED);
    let delay = if is_troubled && request == 0 { 60_000 } else { 120 };
    tokio::time::sleep(Duration::from_millis(delay)).await;

    let (status, reply) = if is_troubled && request == 1 {
        ("503 Service Unavailable", json!({ "error": { "message": "try again later" } }))
    } else if !request_line.contains("/chat/completions ") {
        ("404 Not Found", json!({ "error": { "message": "no such route", "type": "not_found" } }))
    } else if serde_json::from_slice(&body).is_ok_and(|body: Value| body["stream"] == true) {
        return stream_chunks(stream).await;
    } else {
        ("200 OK", completion())
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
async fn stream_chunks(mut stream: BufReader<TcpStream>) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    let completion = completion();
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

/// A chat completion as OpenAI writes it.
fn completion() -> Value {
    json!({
        "id": "chatcmpl-CfT2xkQ9bZr4mWn8sLd0vYhG6pJa",
        "object": "chat.completion",
        "created": 1_763_600_000,
        "model": "gpt-4o-mini-2024-07-18",
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
