//! OTLP over HTTP/1.1, by hand: what a fault does to a connection is to be plain to see.

use std::future::pending;
use std::io;
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::State;
use crate::Fault;

/// Answers the requests of a connection until it is closed, or a fault ends it.
pub(crate) async fn serve(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    while let Ok((path, body)) = request(&mut stream).await {
        state.asked();
        let (status, headers, body) = match state.fault() {
            Fault::None => ("200 OK", "", take(&state, &path, &body, 0)),
            Fault::Partial => ("200 OK", "", take(&state, &path, &body, 1)),
            Fault::Throttle => ("429 Too Many Requests", "retry-after: 1\r\n", Vec::new()),
            Fault::Unavailable => ("503 Service Unavailable", "", Vec::new()),
            Fault::Hang => pending().await,
            // These are for new connections; on one that was open before, they end it.
            Fault::BlackHole | Fault::Garbage | Fault::Refuse | Fault::Reset => return,
        };
        let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let answer = [head.as_bytes(), &body].concat();
        if stream.get_mut().write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// Takes a request, and returns the answer.
fn take(state: &State, path: &str, body: &[u8], rejected: usize) -> Vec<u8> {
    if path != "/v1/traces" {
        return Vec::new();
    }
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let rejected_spans = state.take(&request, rejected);
    let partial_success = (rejected_spans > 0).then(|| ExportTracePartialSuccess {
        rejected_spans,
        error_message: "one was too old".to_owned(),
    });
    ExportTraceServiceResponse { partial_success }.encode_to_vec()
}

/// Reads a request: its path and its body.
async fn request(stream: &mut BufReader<TcpStream>) -> io::Result<(String, Vec<u8>)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).ok_or(io::ErrorKind::UnexpectedEof)?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            _ if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((path, body))
}
