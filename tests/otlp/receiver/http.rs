//! Owns OTLP over HTTP.

use std::io::Read;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};

use crate::Received;
use crate::everything::Signal;

pub(crate) const PATHS: [&str; 3] = ["/v1/traces", "/v1/metrics", "/v1/logs"];

pub(crate) fn router(received: Received) -> Router {
    // As much as the collector takes.
    Router::new().fallback(take).layer(DefaultBodyLimit::max(20 << 20)).with_state(received)
}

async fn take(
    State(received): State<Received>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let mut everything = received.everything.lock().unwrap();
    let signal = match uri.path() {
        "/v1/traces" => Signal::Traces,
        "/v1/metrics" => Signal::Metrics,
        _ => Signal::Logs,
    };
    if !received.paths.contains(&uri.path()) {
        everything.refused.push(uri.path().to_owned());
        return (StatusCode::NOT_FOUND, Vec::new());
    }
    if method != Method::POST {
        everything.violations.push(format!("http: the method is {method}"));
        return (StatusCode::METHOD_NOT_ALLOWED, Vec::new());
    }
    let is_json = match headers.get("content-type").map(axum::http::HeaderValue::as_bytes) {
        Some(b"application/json") => true,
        Some(b"application/x-protobuf") => false,
        other => {
            let other = other.map(String::from_utf8_lossy);
            everything.violations.push(format!("http: the content type is {other:?}"));
            return (StatusCode::UNSUPPORTED_MEDIA_TYPE, Vec::new());
        }
    };
    let Ok(body) = plain(&headers, &body) else {
        everything.violations.push("http: the body is not encoded as it says".to_owned());
        return (StatusCode::BAD_REQUEST, Vec::new());
    };
    everything.arrived(&headers, &body);
    if everything.take(signal, is_json, &body).is_err() {
        return (StatusCode::BAD_REQUEST, Vec::new());
    }
    // An empty message is an empty body.
    (StatusCode::OK, if is_json { b"{}".to_vec() } else { Vec::new() })
}

fn plain(headers: &HeaderMap, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match headers.get("content-encoding").map(axum::http::HeaderValue::as_bytes) {
        Some(b"gzip") => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain)?;
        }
        Some(b"zstd") => plain = zstd::decode_all(body)?,
        None => plain.extend_from_slice(body),
        Some(_) => return Err(std::io::ErrorKind::Unsupported.into()),
    }
    Ok(plain)
}
