//! HTTP/1.1 as far as a client of a model needs it: one request per connection.

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::api::{Answer, Api, Body};
use crate::{Emulator, Turn, failure};

/// The longest request that is read.
const MAX_BODY: usize = 1 << 22;

/// Reads one request and answers it.
pub(crate) async fn answer(stream: TcpStream, emulator: &Emulator) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let (path, body) = read(&mut stream).await?;
    let (turn, index) = emulator.next_turn();
    let pace = emulator.pace();
    tokio::time::sleep(pace).await;
    let Some(asked) = Api::asked(&path, &body, index, emulator.has_cache()) else {
        return write_failure(&mut stream, 404, &failure::body(Api::OpenAiChat, 404)).await;
    };
    if let Turn::Fails(status) = turn {
        return write_failure(&mut stream, status, &failure::body(asked.api, status)).await;
    }
    let Answer { body, usage } = Api::answer(&asked, &turn);
    let is_broken = matches!(turn, Turn::Breaks(_));
    if !is_broken {
        emulator.sent(asked.api, usage);
    }
    match body {
        Body::Whole(body) => write_whole(&mut stream, &body, is_broken).await,
        Body::Events(events) => write_events(&mut stream, &events, pace, is_broken).await,
    }
}

/// Returns the path and the body of a request.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<(String, Value)> {
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
    let path = request_line.split(' ').nth(1).unwrap_or_default().to_owned();
    Ok((path, serde_json::from_slice(&body).unwrap_or_default()))
}

async fn write_failure(
    stream: &mut BufReader<TcpStream>,
    status: u16,
    body: &Value,
) -> io::Result<()> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         x-request-id: req_0c1f2e\r\nconnection: close\r\n\r\n",
        failure::reason(status),
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await?;
    stream.shutdown().await
}

async fn write_whole(
    stream: &mut BufReader<TcpStream>,
    body: &Value,
    is_broken: bool,
) -> io::Result<()> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         x-request-id: req_0c1f2e\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let sent = if is_broken { &body[..body.len() / 2] } else { &body };
    stream.write_all((head + sent).as_bytes()).await?;
    stream.shutdown().await
}

/// Writes each event as an HTTP chunk, so that a client can tell an end from a break.
async fn write_events(
    stream: &mut BufReader<TcpStream>,
    events: &[String],
    pace: Duration,
    is_broken: bool,
) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n\
                x-request-id: req_0c1f2e\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    let sent = if is_broken { &events[..events.len() / 2] } else { events };
    for event in sent {
        stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).await?;
        stream.flush().await?;
        tokio::time::sleep(pace).await;
    }
    if !is_broken {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.shutdown().await
}
