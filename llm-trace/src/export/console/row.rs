//! Owns [`Row`]: the little that the console knows of a span. Content does not get past this file.

use std::time::SystemTime;

use opentelemetry::trace::{SpanId, Status};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;

/// How many characters of a text are kept. A tree shows fewer.
const TEXT: usize = 160;

/// What the tree says of one span.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: SpanId,
    /// `None` if the span has no parent in this process.
    pub(super) parent: Option<SpanId>,
    pub(super) start: SystemTime,
    pub(super) end: SystemTime,
    pub(super) name: String,
    /// `None` for the spans of libraries that know no models.
    pub(super) call: Option<Call>,
}

/// What the tree says of a span that has a `gen_ai.operation.name`.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub(super) request_model: Option<String>,
    pub(super) response_model: Option<String>,
    pub(super) usage: Usage,
    pub(super) attempt: Option<i64>,
    /// Seconds from the start of a stream to its first chunk.
    pub(super) to_first_chunk: Option<f64>,
    pub(super) finish_reasons: String,
    pub(super) outcome: Option<String>,
    pub(super) error_type: Option<String>,
}

/// What a call took, or what the calls below it took together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Usage {
    pub(super) input: Option<i64>,
    pub(super) cache_read: Option<i64>,
    pub(super) output: Option<i64>,
    pub(super) cost: Option<f64>,
}

impl Row {
    /// Reads what the tree shows, and leaves the rest of the span behind.
    pub(super) fn read(span: &SpanData) -> Self {
        let parent = span.parent_span_id;
        let has_parent = parent != SpanId::INVALID && !span.parent_span_is_remote;
        Self {
            id: span.span_context.span_id(),
            parent: has_parent.then_some(parent),
            start: span.start_time,
            end: span.end_time,
            name: cut(&span.name),
            call: Call::read(span),
        }
    }
}

impl Call {
    fn read(span: &SpanData) -> Option<Self> {
        let mut call = Self::default();
        let mut is_call = false;
        for attribute in &span.attributes {
            let value = &attribute.value;
            match attribute.key.as_str() {
                semconv::OPERATION_NAME => is_call = true,
                semconv::REQUEST_MODEL => call.request_model = text(value),
                semconv::RESPONSE_MODEL => call.response_model = text(value),
                semconv::USAGE_INPUT_TOKENS => call.usage.input = integer(value),
                semconv::USAGE_CACHE_READ_INPUT_TOKENS => call.usage.cache_read = integer(value),
                semconv::USAGE_OUTPUT_TOKENS => call.usage.output = integer(value),
                semconv::USAGE_COST => call.usage.cost = number(value),
                semconv::ATTEMPT => call.attempt = integer(value),
                semconv::RESPONSE_TIME_TO_FIRST_CHUNK => call.to_first_chunk = number(value),
                semconv::RESPONSE_FINISH_REASONS => call.finish_reasons = list(value),
                semconv::OUTCOME => call.outcome = text(value),
                semconv::ERROR_TYPE => call.error_type = text(value),
                _ => {}
            }
        }
        if call.outcome.is_none() && matches!(span.status, Status::Error { .. }) {
            call.outcome = Some("error".to_owned());
        }
        is_call.then_some(call)
    }
}

impl Usage {
    /// Returns whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Fills what is not known from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            input: self.input.or(other.input),
            cache_read: self.cache_read.or(other.cache_read),
            output: self.output.or(other.output),
            cost: self.cost.or(other.cost),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    let Value::String(text) = value else { return None };
    Some(cut(text.as_str()))
}

fn integer(value: &Value) -> Option<i64> {
    let Value::I64(count) = value else { return None };
    Some(*count)
}

fn number(value: &Value) -> Option<f64> {
    let Value::F64(number) = value else { return None };
    Some(*number)
}

fn list(value: &Value) -> String {
    let Value::Array(Array::String(texts)) = value else { return String::new() };
    let texts: Vec<&str> = texts.iter().map(opentelemetry::StringValue::as_str).take(8).collect();
    cut(&texts.join(", "))
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT).collect()
}
