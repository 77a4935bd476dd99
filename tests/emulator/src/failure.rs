//! How each provider says that it fails. The texts name an organisation, as real ones do, so that
//! a test can look for it.

use serde_json::{Value, json};

use crate::Api;

/// The organisation that the bodies of failures name.
pub const ORGANIZATION: &str = "org-canary-7Qx2";

/// The body of a failure.
pub(crate) fn body(api: Api, status: u16) -> Value {
    let message = match status {
        429 => format!("Rate limit reached in organization {ORGANIZATION} on tokens per min"),
        _ => format!("The server had an error while processing your request ({ORGANIZATION})"),
    };
    match api {
        Api::OpenAiChat | Api::OpenAiResponses => {
            let (kind, code) = match status {
                429 => ("tokens", json!("rate_limit_exceeded")),
                _ => ("server_error", Value::Null),
            };
            json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
        }
        Api::Anthropic => {
            let kind = if status == 429 { "rate_limit_error" } else { "api_error" };
            json!({
                "type": "error",
                "error": { "type": kind, "message": message },
                "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
            })
        }
        Api::Gemini => {
            let name = if status == 429 { "RESOURCE_EXHAUSTED" } else { "INTERNAL" };
            json!({ "error": { "code": status, "message": message, "status": name } })
        }
    }
}

/// The words after the number in the status line.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Failed",
    }
}
