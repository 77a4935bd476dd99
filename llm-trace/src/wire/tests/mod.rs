//! Tests of the readers: real bodies by family, streams, prompts and hostile values.

use opentelemetry::StringValue;
use serde_json::Value;

use crate::digest::{Digest, Tally, Text};
use crate::response::Response;
use crate::wire::read_response;

mod bodies;
mod clients;
mod families;
mod hostile;
mod prices;
mod prompts;
mod properties;
mod raw;
mod shapes;
mod streams;
mod texts;

/// What a body is expected to say.
#[derive(Default)]
struct Expected<'a> {
    /// Input, output, cache read, cache write, reasoning.
    tokens: [Option<u64>; 5],
    model: Option<&'a str>,
    id: Option<&'a str>,
    finish: &'a [&'a str],
    cost: Option<f64>,
    text: &'a [&'a str],
}

fn empty() -> Response {
    Response { text: Tally::hashing(Text::Response), ..Response::default() }
}

/// Reads values one after another, as they come in a stream.
fn read(values: &[Value]) -> Response {
    let mut response = empty();
    for value in values {
        read_response(value, &mut response);
    }
    response
}

fn tokens(response: &Response) -> [Option<u64>; 5] {
    let usage = response.usage;
    [usage.input(), usage.output(), usage.cache_read(), usage.cache_write(), usage.reasoning()]
}

fn digest(parts: &[&str]) -> Digest {
    let mut tally = Tally::hashing(Text::Response);
    for part in parts {
        tally.part(part);
    }
    tally.finish()
}

fn check(label: &str, response: Response, expected: &Expected<'_>) {
    assert_eq!(tokens(&response), expected.tokens, "{label}: tokens");
    assert_eq!(response.model.as_deref(), expected.model, "{label}: model");
    assert_eq!(response.id.as_deref(), expected.id, "{label}: id");
    let reasons: Vec<&str> = response.finish_reasons.iter().map(StringValue::as_str).collect();
    assert_eq!(reasons, expected.finish, "{label}: finish reasons");
    assert_eq!(response.cost, expected.cost, "{label}: cost");
    assert_eq!(response.text.finish(), digest(expected.text), "{label}: text");
}
