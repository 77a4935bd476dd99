//! Where the examples send their calls: to OpenAI, or to an emulator in this process that answers
//! as OpenAI does. Nothing here is about tracing.

use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The longest request that the emulator reads.
const MAX_BODY: usize = 1 << 20;

/// Returns the base URL and the key to call: OpenAI's if `OPENAI_API_KEY` is set.
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

/// Starts the emulator and returns its address.
async fn emulate() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

/// Reads one HTTP request and answers it.
async fn answer(stream: TcpStream) -> io::Result<()> {
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
    tokio::time::sleep(Duration::from_millis(120)).await;

    let (status, reply) = if request_line.starts_with("POST /v1/chat/completions ") {
        ("200 OK", completion())
    } else {
        ("404 Not Found", json!({ "error": { "message": "no such route", "type": "not_found" } }))
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

/// A chat completion as OpenAI writes it.
fn completion() -> serde_json::Value {
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
