//! Writes a [`Record`] to the OpenTelemetry span: every late attribute once, with its native type,
//! and the status.

use opentelemetry::trace::{SpanRef, Status};
use opentelemetry::{Key, KeyValue, StringValue, Value};
use serde_json::Value as JsonValue;

use crate::chunks::Pace;
use crate::content::{ContentOn, Said, screen};
use crate::cost::Cost;
use crate::digest::Digest;
use crate::logs::{self, Event};
use crate::operation::Operation;
use crate::record::Record;
use crate::request::Request;
use crate::response::Response;
use crate::semconv;

/// Sets what was not known when the span was created.
pub(super) fn write(span: &SpanRef<'_>, record: &mut Record) {
    let Record { request, response, outcome, error_type, error_text, pace, cost, totals, .. } =
        record;
    let attributes = &mut std::mem::take(&mut request.attributes);
    let (said, hidden) = captured(request, response);
    if ContentOn::spans() {
        content(attributes, &said);
    }
    integer(attributes, semconv::REDACTIONS, hidden);
    digest(attributes, &PROMPT, request.prompt.take());
    digest(attributes, &SYSTEM, request.system.take());
    digest(attributes, &RESPONSE, response.digest.take());
    integer(attributes, semconv::PROMPT_MESSAGES, request.messages);

    let usage = &response.usage;
    integer(attributes, semconv::USAGE_INPUT_TOKENS, usage.input());
    integer(attributes, semconv::USAGE_OUTPUT_TOKENS, usage.output());
    integer(attributes, semconv::USAGE_CACHE_READ_INPUT_TOKENS, usage.cache_read());
    integer(attributes, semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, usage.cache_write());
    integer(attributes, semconv::USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning());

    if let Some(id) = response.id.take() {
        set(attributes, semconv::RESPONSE_ID, id);
    }
    if let Some(model) = response.model.take() {
        set(attributes, semconv::RESPONSE_MODEL, model);
    }
    if !response.finish_reasons.is_empty() {
        let reasons = std::mem::take(&mut response.finish_reasons);
        set(attributes, semconv::RESPONSE_FINISH_REASONS, Value::Array(reasons.into()));
    }
    match cost.take() {
        Some(Ok(cost)) => price(attributes, cost),
        Some(Err(status)) => set(attributes, semconv::COST_STATUS, status.as_str()),
        None => {}
    }
    if let Some(pace) = pace {
        stream(attributes, pace, request.operation, usage.output());
    }
    if let Some(totals) = totals {
        integer(attributes, semconv::TOTAL_CALLS, Some(totals.calls()));
        integer(attributes, semconv::TOTAL_INPUT_TOKENS, Some(totals.input_tokens()));
        integer(attributes, semconv::TOTAL_OUTPUT_TOKENS, Some(totals.output_tokens()));
        // A sum that leaves a call out would pass for the whole.
        if totals.unpriced_calls() == 0 {
            set(attributes, semconv::TOTAL_COST, totals.cost());
        }
    }
    set(attributes, semconv::OUTCOME, outcome.as_str());
    if let Some(error_type) = error_type.take() {
        set(attributes, semconv::ERROR_TYPE, error_type);
        // No description unless it is asked for: an error's text may carry what a user or a provider
        // wrote.
        span.set_status(Status::error(error_text.take().unwrap_or_default()));
    }
    if !said.is_empty() && ContentOn::events() && logs::is_enabled() {
        logs::emit(Event::of_content(request, attributes, said), Some(span.span_context()));
    }
    span.set_attributes(attributes.drain(..));
    for linked in request.links.drain(..) {
        span.add_link(linked, Vec::new());
    }
}

/// Sets the content as JSON text; the gate looks through it on its way out.
fn content(attributes: &mut Vec<KeyValue>, said: &[(&'static str, JsonValue)]) {
    for (key, value) in said {
        match value {
            JsonValue::String(text) => set(attributes, key, text.clone()),
            other => set(attributes, key, other.to_string()),
        }
    }
}

/// Returns the content of a call, by the attributes of the conventions, with how much of it leaves; and
/// how much was hidden, where it is hidden here.
fn captured(request: &mut Request, response: &mut Response) -> (Said, Option<u64>) {
    let Some(asked) = &mut request.asked else { return (Vec::new(), None) };
    let reasons = response.finish_reasons.iter().map(StringValue::as_str);
    let output = response.heard.take().and_then(|heard| heard.finish(reasons));
    let [input, system, tools] = asked.take();
    let (input_key, output_key) = asked.keys();
    let said = [
        (semconv::CAPTURE, Some(asked.capture.as_str().into())),
        (input_key, input),
        (output_key, output),
        (semconv::SYSTEM_INSTRUCTIONS, system),
        (semconv::TOOL_DEFINITIONS, tools),
    ];
    let said = said.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let mut said = said.collect();
    let hidden = screen::hold(&mut said, asked.capture);
    (said, u64::try_from(hidden).ok().filter(|hidden| *hidden > 0))
}

fn stream(
    attributes: &mut Vec<KeyValue>,
    pace: &Pace,
    operation: Operation,
    output_tokens: Option<u64>,
) {
    integer(attributes, semconv::RESPONSE_CHUNKS, Some(pace.chunks));
    if let Some(to_first) = pace.to_first().filter(|_| operation.is_model_call()) {
        set(attributes, semconv::RESPONSE_TIME_TO_FIRST_CHUNK, to_first.as_secs_f64());
    }
    if let Some(rate) = output_tokens.and_then(|tokens| pace.per_second(tokens)) {
        set(attributes, semconv::RESPONSE_TOKENS_PER_SECOND, rate);
    }
}

fn set(attributes: &mut Vec<KeyValue>, key: &'static str, value: impl Into<Value>) {
    attributes.push(KeyValue::new(Key::from_static_str(key), value));
}

fn integer(attributes: &mut Vec<KeyValue>, key: &'static str, count: Option<u64>) {
    if let Some(count) = count {
        set(attributes, key, i64::try_from(count).unwrap_or(i64::MAX));
    }
}

fn price(attributes: &mut Vec<KeyValue>, cost: Cost) {
    set(attributes, semconv::USAGE_COST, cost.dollars);
    set(attributes, semconv::COST_SOURCE, cost.source.as_str());
    if let Some(as_of) = cost.as_of {
        set(attributes, semconv::COST_AS_OF, as_of);
    }
    if let Some(model) = cost.model {
        set(attributes, semconv::COST_MODEL, model);
    }
}

/// The names of what is kept of a text.
struct Names {
    length: &'static str,
    hash: &'static str,
    previous_hash: &'static str,
}

const PROMPT: Names = Names {
    length: semconv::PROMPT_LENGTH,
    hash: semconv::PROMPT_HASH,
    previous_hash: semconv::PROMPT_PREVIOUS_HASH,
};
const RESPONSE: Names = Names {
    length: semconv::RESPONSE_LENGTH,
    hash: semconv::RESPONSE_HASH,
    previous_hash: semconv::RESPONSE_PREVIOUS_HASH,
};
const SYSTEM: Names = Names {
    length: semconv::SYSTEM_LENGTH,
    hash: semconv::SYSTEM_HASH,
    previous_hash: semconv::SYSTEM_PREVIOUS_HASH,
};

fn digest(attributes: &mut Vec<KeyValue>, names: &Names, digest: Option<Digest>) {
    let Some(digest) = digest else { return };
    integer(attributes, names.length, Some(digest.length));
    for (name, value) in [(names.hash, digest.hash), (names.previous_hash, digest.previous_hash)] {
        if let Some(value) = value {
            set(attributes, name, value);
        }
    }
}
