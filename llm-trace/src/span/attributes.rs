//! Writes a [`Record`] to the OpenTelemetry span: every late attribute once, in one call, with its
//! native type, and the status.

use opentelemetry::trace::{SpanRef, Status};
use opentelemetry::{Key, KeyValue, StringValue, Value};

use crate::record::Record;
use crate::semconv;

/// Attributes that a span gets at its end beside those that a user adds.
const USUAL: usize = 14;

/// Sets what was not known when the span was created.
pub(super) fn write(span: &SpanRef<'_>, record: &mut Record) {
    let Record { request, response, outcome, error_type, .. } = record;
    let said = std::mem::take(&mut request.attributes);
    let mut attributes = Vec::with_capacity(USUAL + said.len());
    let mut set = |key: &'static str, value: Value| {
        attributes.push(KeyValue::new(Key::from_static_str(key), value));
    };
    let digests = [
        (&mut request.prompt, semconv::PROMPT_LENGTH, semconv::PROMPT_HASH),
        (&mut request.system, semconv::SYSTEM_LENGTH, semconv::SYSTEM_HASH),
        (&mut response.digest, semconv::RESPONSE_LENGTH, semconv::RESPONSE_HASH),
    ];
    for (digest, length, hash) in digests {
        let Some(digest) = digest.take() else { continue };
        set(length, integer(digest.length));
        if let Some(value) = digest.hash {
            set(hash, Value::String(value.into()));
        }
    }
    let usage = &response.usage;
    let counts = [
        (semconv::PROMPT_MESSAGES, request.messages),
        (semconv::USAGE_INPUT_TOKENS, usage.input()),
        (semconv::USAGE_OUTPUT_TOKENS, usage.output()),
        (semconv::USAGE_CACHE_READ_INPUT_TOKENS, usage.cache_read()),
        (semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, usage.cache_write()),
        (semconv::USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning()),
    ];
    for (key, count) in counts {
        if let Some(count) = count {
            set(key, integer(count));
        }
    }
    if let Some(id) = response.id.take() {
        set(semconv::RESPONSE_ID, Value::String(id.into()));
    }
    if let Some(model) = response.model.take() {
        set(semconv::RESPONSE_MODEL, Value::String(model.into()));
    }
    if !response.finish_reasons.is_empty() {
        let reasons = std::mem::take(&mut response.finish_reasons);
        let reasons: Vec<StringValue> = reasons.into_iter().map(StringValue::from).collect();
        set(semconv::RESPONSE_FINISH_REASONS, Value::Array(reasons.into()));
    }
    if let Some(cost) = response.cost {
        set(semconv::USAGE_COST, Value::F64(cost));
        set(semconv::COST_SOURCE, Value::String("provider".into()));
    }
    set(semconv::OUTCOME, Value::String(outcome.as_str().into()));
    if let Some(error_type) = error_type.take() {
        set(semconv::ERROR_TYPE, Value::String(error_type.into()));
        // No description: an error's text may carry what a user or a provider wrote.
        span.set_status(Status::error(""));
    }
    // A key goes out once: what is ours wins over what a user set by the same name.
    let ours = attributes.len();
    for attribute in said {
        if !attributes[..ours].iter().any(|known| known.key == attribute.key) {
            attributes.push(attribute);
        }
    }
    span.set_attributes(attributes);
}

fn integer(count: u64) -> Value {
    Value::I64(i64::try_from(count).unwrap_or(i64::MAX))
}
