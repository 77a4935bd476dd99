//! Owns [`CapturedSpan`]: a span as it was exported, without the types of the SDK, and the short
//! names under which a test may ask for its facts.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::forest;
use crate::semconv;

/// What a drawn tree and a table of spans may say in place of a long key.
const SHORT_KEYS: &[(&str, &str)] = &[
    ("cost", semconv::USAGE_COST),
    ("error", semconv::ERROR_TYPE),
    ("finish", semconv::RESPONSE_FINISH_REASONS),
    ("model", semconv::REQUEST_MODEL),
    ("operation", semconv::OPERATION_NAME),
    ("outcome", semconv::OUTCOME),
    ("provider", semconv::PROVIDER_NAME),
    ("tokens.cached", semconv::USAGE_CACHE_READ_INPUT_TOKENS),
    ("tokens.in", semconv::USAGE_INPUT_TOKENS),
    ("tokens.out", semconv::USAGE_OUTPUT_TOKENS),
    ("tokens.reasoning", semconv::USAGE_REASONING_OUTPUT_TOKENS),
    ("total.calls", semconv::TOTAL_CALLS),
    ("total.cost", semconv::TOTAL_COST),
    ("total.tokens.in", semconv::TOTAL_INPUT_TOKENS),
    ("total.tokens.out", semconv::TOTAL_OUTPUT_TOKENS),
];

/// A span that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct CapturedSpan(pub(super) SpanData);

impl CapturedSpan {
    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> SpanKind {
        self.0.span_kind.clone()
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.0.status
    }

    /// Returns the attributes, as they were exported.
    #[must_use]
    pub fn attributes(&self) -> &[KeyValue] {
        &self.0.attributes
    }

    /// Returns the value of an attribute; of one that was exported twice, the first.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        let attributes = &self.0.attributes;
        attributes.iter().find(|known| known.key.as_str() == key).map(|known| &known.value)
    }

    /// Returns a fact by its short name, as in `tokens.in`, or by the key of an attribute. Beside
    /// attributes, `duration` (in seconds), `kind` and `status` are facts.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<Cow<'_, Value>> {
        let text = |text: &'static str| Some(Cow::Owned(Value::from(text)));
        match name {
            "duration" => Some(Cow::Owned(Value::F64(self.duration().as_secs_f64()))),
            "kind" => text(match self.0.span_kind {
                SpanKind::Client => "client",
                SpanKind::Consumer => "consumer",
                SpanKind::Internal => "internal",
                SpanKind::Producer => "producer",
                SpanKind::Server => "server",
            }),
            "status" => text(match self.0.status {
                Status::Error { .. } => "error",
                Status::Ok => "ok",
                Status::Unset => "unset",
            }),
            _ => {
                let long = SHORT_KEYS.iter().find(|(short, _)| *short == name);
                self.attribute(long.map_or(name, |(_, key)| key)).map(Cow::Borrowed)
            }
        }
    }

    /// Returns the events.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.0.events.events
    }

    /// Returns the links.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.0.links.links
    }

    /// Returns the ids of the span and its trace.
    #[must_use]
    pub fn context(&self) -> &SpanContext {
        &self.0.span_context
    }

    /// Returns the id of the parent, unless the span is a root.
    #[must_use]
    pub fn parent_id(&self) -> Option<SpanId> {
        Some(self.0.parent_span_id).filter(|parent| *parent != SpanId::INVALID)
    }

    /// Returns when the span started.
    #[must_use]
    pub fn start(&self) -> SystemTime {
        self.0.start_time
    }

    /// Returns how long the span took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.0.end_time.duration_since(self.0.start_time).unwrap_or_default()
    }
}

impl forest::Span for CapturedSpan {
    fn id(&self) -> SpanId {
        self.0.span_context.span_id()
    }

    fn parent(&self) -> Option<SpanId> {
        self.parent_id()
    }

    fn start(&self) -> SystemTime {
        self.0.start_time
    }
}

/// A value as a drawn tree writes it; a list as its elements.
pub(super) fn written(value: &Value) -> String {
    let Value::Array(array) = value else { return value.as_str().into_owned() };
    match array {
        Array::Bool(elements) => joined(elements),
        Array::F64(elements) => joined(elements),
        Array::I64(elements) => joined(elements),
        Array::String(elements) => joined(elements),
        _ => value.as_str().into_owned(),
    }
}

fn joined<T: ToString>(elements: &[T]) -> String {
    elements.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
