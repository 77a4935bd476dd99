//! Puts right the generative-AI spans that other libraries wrote: types, names, kind, status, cost.
//!
//! [`repair`] is a pure function of a span, and of what it returned itself. [`Repaired`] is the same
//! for people who annotate nothing.

mod attributes;
mod events;
mod exporter;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::cost::{Cost, CostStatus};
use crate::foreign::{Facts, is_call, operation_named};
use crate::operation::Operation;
use crate::pricing;
use crate::record::Record;
use crate::semconv;

pub use exporter::Repaired;

/// Repairs a span, if another library wrote it by the conventions, and drops what may not leave
/// from any span: the events in which client libraries log what they send and receive.
///
/// Returns what the span is about, if it is about a call that is measured.
pub(crate) fn repair(span: &mut SpanData) -> Option<Record> {
    events::drop_rigs(span);
    // Ours say so at the end.
    if span.attributes.iter().rev().any(|it| it.key.as_str() == semconv::OUTCOME) {
        attributes::keep_first(&mut span.attributes);
        return None;
    }
    let is_foreign = span.attributes.iter().any(|it| is_call(it.key.as_str()));
    if is_foreign { foreign(span) } else { None }
}

fn foreign(span: &mut SpanData) -> Option<Record> {
    let mut facts = Facts::default();
    attributes::correct(&mut span.attributes, &mut facts);
    let apart = facts.counted_apart();
    attributes::replace_count(&mut span.attributes, semconv::USAGE_INPUT_TOKENS, apart.input());
    attributes::replace_count(&mut span.attributes, semconv::USAGE_OUTPUT_TOKENS, apart.output());
    let kind = facts.kind;
    let failure = facts.failure();
    rename(span);
    if let Some(failure) = failure {
        if !has(span, semconv::ERROR_TYPE) {
            set(span, semconv::ERROR_TYPE, failure.into_owned());
        }
        if !matches!(span.status, Status::Error { .. }) {
            span.status = Status::error("");
        }
    }
    let operation = kind?.operation();
    // What an agent in this process says it used is a sum; a remote one says what it used itself.
    let is_sum = matches!(operation, Operation::InvokeAgent | Operation::InvokeWorkflow);
    if is_sum && span.span_kind == SpanKind::Internal {
        attributes::sum_up(&mut span.attributes);
    }
    let duration = span.end_time.duration_since(span.start_time).unwrap_or(Duration::ZERO);
    let mut record = facts.into_record(duration)?;
    if operation.is_client() && span.span_kind == SpanKind::Internal {
        span.span_kind = SpanKind::Client;
    }
    if !operation.is_model_call() {
        record.response.forget_usage();
        return Some(record);
    }
    // What is said already stays: it may have been said where the price was another one.
    record.cost = pricing::cost(&record, span.end_time);
    if !has(span, semconv::USAGE_COST) && !has(span, semconv::COST_STATUS) {
        price(span, record.cost.as_ref());
    }
    Some(record)
}

/// Gives a span the name of the conventions, if it has none but the operation's.
fn rename(span: &mut SpanData) {
    let text = |key: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
        found.and_then(|attribute| match &attribute.value {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        })
    };
    let Some(operation) = text(semconv::OPERATION_NAME) else { return };
    // An operation may have been named anew after the span was: Rig's `chat` for Gemini.
    let is_bare = operation_named(&span.name) == operation
        || Operation::ALL.iter().any(|known| known.as_str() == operation_named(&span.name));
    if !is_bare {
        return;
    }
    let known = Operation::ALL.iter().find(|known| known.as_str() == operation);
    let target = text(known.map_or(semconv::REQUEST_MODEL, |known| known.name_attribute()));
    let name = match target.filter(|target| is_stable(target)) {
        Some(target) => format!("{operation} {target}"),
        None => operation.to_owned(),
    };
    span.name = Cow::Owned(name);
}

/// Returns whether a word may be part of a span name.
fn is_stable(target: &str) -> bool {
    const LENGTH: usize = 96;

    !target.is_empty() && target.len() <= LENGTH && !target.chars().any(char::is_control)
}

fn price(span: &mut SpanData, cost: Option<&Result<Cost, CostStatus>>) {
    match cost {
        Some(Ok(cost)) => {
            set(span, semconv::USAGE_COST, cost.dollars());
            set(span, semconv::COST_SOURCE, cost.source().as_str());
            if let Some(as_of) = cost.as_of() {
                set(span, semconv::COST_AS_OF, as_of.to_owned());
            }
            if let Some(model) = cost.model() {
                set(span, semconv::COST_MODEL, model.to_owned());
            }
        }
        Some(Err(status)) => set(span, semconv::COST_STATUS, status.as_str()),
        None => {}
    }
}

fn has(span: &SpanData, key: &str) -> bool {
    span.attributes.iter().any(|attribute| attribute.key.as_str() == key)
}

fn set(span: &mut SpanData, key: &'static str, value: impl Into<Value>) {
    span.attributes.push(KeyValue::new(Key::from_static_str(key), value));
}
