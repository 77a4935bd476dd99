//! Owns [`Answer`]: what a receiver says to a request, and what that means for the next one.

use std::error::Error;
use std::time::Duration;

use http::StatusCode;
use prost::Message;

/// A receiver that asks for more patience than this gets the next request all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How much of a receiver's own words is repeated.
const LONGEST_TEXT: usize = 200;

/// What a receiver says to a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// It cannot take it now.
    Later { after: Option<Duration>, reason: Reason },
    /// It does not want it, and would not the next time.
    Refused(Reason),
    /// It has it, but for what it rejected.
    Taken(PartialSuccess),
    /// It does not know the signal.
    Unknown(Reason),
}

/// Why a request was in vain.
#[derive(Clone, Debug)]
pub(super) enum Reason {
    /// The receiver said so.
    Answered(String),
    /// There was no answer.
    Unanswered(String),
}

impl Reason {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Answered(text) | Self::Unanswered(text) => text,
        }
    }
}

/// What was rejected of a request that was taken; the same in the answers of all signals.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PartialSuccess {
    #[prost(int64, tag = "1")]
    pub(super) rejected: i64,
    #[prost(string, tag = "2")]
    pub(super) message: String,
}

#[derive(Clone, PartialEq, Message)]
struct ExportResponse {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

impl Answer {
    /// Reads an answer over HTTP.
    #[cfg(feature = "otlp-http")]
    pub(super) fn over_http(
        status: StatusCode,
        retry_after: Option<&str>,
        is_json: bool,
        body: &[u8],
    ) -> Self {
        if status.is_success() {
            return Self::Taken(if is_json { in_json(body) } else { in_protobuf(body) });
        }
        Self::of_status(status, retry_after.and_then(pause))
    }

    /// Reads an HTTP status that is no success.
    pub(super) fn of_status(status: StatusCode, after: Option<Duration>) -> Self {
        let reason = Reason::Answered(format!("status code: {}", status.as_u16()));
        match status.as_u16() {
            404 | 405 | 501 => Self::Unknown(reason),
            429 | 502 | 503 | 504 => Self::Later { after, reason },
            _ => Self::Refused(reason),
        }
    }

    /// Says that no answer came.
    pub(super) fn none(error: &(dyn Error + 'static)) -> Self {
        let reason = Reason::Unanswered(root_cause(error).to_string());
        Self::Later { after: None, reason }
    }
}

/// Reads what was rejected; an answer that is not understood says that nothing was.
pub(super) fn in_protobuf(body: &[u8]) -> PartialSuccess {
    ExportResponse::decode(body)
        .ok()
        .and_then(|response| response.partial_success)
        .unwrap_or_default()
}

/// Reads the same in JSON, where the number may be a string, and its name is that of the signal.
#[cfg(feature = "otlp-http")]
fn in_json(body: &[u8]) -> PartialSuccess {
    let response: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(said) = response.get("partialSuccess").and_then(serde_json::Value::as_object) else {
        return PartialSuccess::default();
    };
    let rejected = said.iter().find(|(name, _)| name.starts_with("rejected"));
    let rejected = rejected.and_then(|(_, count)| {
        count.as_i64().or_else(|| count.as_str().and_then(|count| count.parse().ok()))
    });
    let message = said.get("errorMessage").and_then(serde_json::Value::as_str).unwrap_or_default();
    PartialSuccess { rejected: rejected.unwrap_or_default(), message: message.to_owned() }
}

/// Reads `Retry-After`: seconds, or a date.
#[cfg(feature = "otlp-http")]
fn pause(retry_after: &str) -> Option<Duration> {
    let pause = match retry_after.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(retry_after)
            .ok()?
            .duration_since(std::time::SystemTime::now())
            .unwrap_or_default(),
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// Reads the `RetryInfo` among the details of a gRPC status.
#[cfg(feature = "otlp-grpc")]
pub(super) fn retry_info(details: &[u8]) -> Option<Duration> {
    #[derive(Clone, PartialEq, Message)]
    struct Status {
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    #[derive(Clone, PartialEq, Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }
    #[derive(Clone, PartialEq, Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        retry_delay: Option<Delay>,
    }
    #[derive(Clone, PartialEq, Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }

    let status = Status::decode(details).ok()?;
    let info = status.details.iter().find(|any| any.type_url.ends_with("google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(&*info.value).ok()?.retry_delay.unwrap_or_default();
    let seconds = Duration::from_secs(u64::try_from(delay.seconds).unwrap_or(0));
    let nanos = Duration::from_nanos(u64::try_from(delay.nanos).unwrap_or(0));
    Some(seconds.saturating_add(nanos).min(LONGEST_PAUSE))
}

/// Shortens what a receiver says to one line that fits a log.
pub(super) fn in_short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect()
}

fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    error.source().map_or(error, root_cause)
}

#[cfg(test)]
#[cfg(all(feature = "otlp-grpc", feature = "otlp-http"))]
mod tests {
    use super::*;

    fn over_http(status: u16, retry_after: Option<&str>) -> Answer {
        Answer::over_http(StatusCode::from_u16(status).unwrap(), retry_after, false, b"")
    }

    #[test]
    fn a_status_says_whether_to_try_again() {
        for (status, expected) in
            [(200, "Taken"), (202, "Taken"), (400, "Refused"), (401, "Refused"), (404, "Unknown")]
                .into_iter()
                .chain([(405, "Unknown"), (413, "Refused"), (429, "Later"), (500, "Refused")])
                .chain([(501, "Unknown"), (502, "Later"), (503, "Later"), (504, "Later")])
        {
            let answer = format!("{:?}", over_http(status, None));
            assert!(answer.starts_with(expected), "{status}: {answer}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_has_a_bound() {
        let after = |text| match over_http(429, Some(text)) {
            Answer::Later { after, .. } => after,
            answer => panic!("{answer:?}"),
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("9999999"), Some(LONGEST_PAUSE));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(after("Fri, 31 Dec 9999 23:59:59 GMT"), Some(LONGEST_PAUSE));
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn what_is_rejected_is_read_of_every_signal_and_encoding() {
        let expected = PartialSuccess { rejected: 3, message: "no".to_owned() };
        let response = ExportResponse { partial_success: Some(expected.clone()) };
        assert_eq!(in_protobuf(&response.encode_to_vec()), expected);
        for name in ["rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"] {
            for count in ["3", "\"3\""] {
                let body =
                    format!(r#"{{"partialSuccess": {{"{name}": {count}, "errorMessage": "no"}}}}"#);
                assert_eq!(in_json(body.as_bytes()), expected, "{body}");
            }
        }
        for garbage in [&b""[..], b"\xff\xff\xff", b"<html>", b"[1]", b"null"] {
            assert_eq!(in_protobuf(garbage), PartialSuccess::default());
            assert_eq!(in_json(garbage), PartialSuccess::default());
        }
    }

    #[test]
    fn retry_info_is_found_among_the_details() {
        // google.rpc.Status { details: [Any { RetryInfo { retry_delay: 2.5 s } }] }
        let delay = [8, 2, 16, 0x80, 0xca, 0xb5, 0xee, 1];
        let info = [&[10, 8][..], &delay].concat();
        let url = b"type.googleapis.com/google.rpc.RetryInfo";
        let any = [&[10, 40][..], url, &[18, 10], &info].concat();
        let status = [&[26, 54][..], &any].concat();

        assert_eq!(retry_info(&status), Some(Duration::from_millis(2500)));
        assert_eq!(retry_info(b""), None);
        assert_eq!(retry_info(b"\xff"), None);
    }
}
