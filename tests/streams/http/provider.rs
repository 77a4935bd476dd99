//! A provider on the loopback that streams server-sent events, one HTTP chunk each.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How the provider ends the stream, after `usize` chunks where it is cut.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// With the last chunk, the usage and `[DONE]`.
    Whole,
    /// As if that had been all.
    Cut(usize),
    /// By resetting the connection.
    Reset(usize),
}

/// The chunks of a whole stream: nine of text, the usage, `[DONE]`.
pub(crate) const CHUNKS: usize = 11;

/// Answers one request, each chunk `delay` after the one before, and returns the URL to call.
pub(crate) async fn start(delay: Duration, end: End) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/chat/completions", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        // The client may hang up at any time.
        let _ = answer(connection, delay, end).await;
    });
    url
}

async fn answer(mut connection: TcpStream, delay: Duration, end: End) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut request = [0; 4096];
    let _ = connection.read(&mut request).await?;
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    connection.write_all(head.as_bytes()).await?;
    let chunks = match end {
        End::Whole => CHUNKS,
        End::Cut(chunks) | End::Reset(chunks) => chunks,
    };
    for index in 0..chunks {
        tokio::time::sleep(delay).await;
        let event = event(index);
        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
        connection.write_all(chunk.as_bytes()).await?;
    }
    if let End::Reset(_) = end {
        tokio::time::sleep(delay).await;
        return connection.set_zero_linger();
    }
    connection.write_all(b"0\r\n\r\n").await
}

fn event(index: usize) -> String {
    let choice = |reason: Option<&str>| json!({"index": 0, "delta": {"content": "word "}, "finish_reason": reason});
    let chunk = match index {
        0..8 => {
            json!({"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18", "choices": [choice(None)]})
        }
        8 => json!({"id": "chatcmpl-1", "choices": [choice(Some("stop"))]}),
        9 => json!({"choices": [], "usage": {"prompt_tokens": 25, "completion_tokens": 18}}),
        _ => return "data: [DONE]\n\n".to_owned(),
    };
    format!("data: {chunk}\n\n")
}
