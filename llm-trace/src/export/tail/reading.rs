//! Owns what the tail rule reads of one span: why it should be kept, what it cost, what it weighs.

use std::time::Duration;

use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;

/// What one span says.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Whether it failed or was cancelled.
    pub(super) is_error: bool,
    pub(super) duration: Duration,
    /// What the model call cost, in US dollars.
    pub(super) cost: f64,
}

impl Reading {
    pub(super) fn of(span: &SpanData) -> Self {
        let mut reading = Self {
            is_error: matches!(span.status, Status::Error { .. }),
            duration: span.end_time.duration_since(span.start_time).unwrap_or_default(),
            cost: 0.0,
        };
        for KeyValue { key, value, .. } in &span.attributes {
            match (key.as_str(), value) {
                (semconv::ERROR_TYPE, _) => reading.is_error = true,
                (semconv::OUTCOME, value) => {
                    reading.is_error |= matches!(&*value.as_str(), "error" | "panic" | "cancelled");
                }
                (semconv::USAGE_COST, Value::F64(cost)) => reading.cost = *cost,
                _ => {}
            }
        }
        reading
    }
}

/// Returns about how many bytes a span takes in memory, beside the place that it is kept in.
pub(super) fn weight(span: &SpanData) -> usize {
    let events = span.events.iter();
    let events = events.map(|event| size_of_val(event) + attributes(&event.attributes));
    let links = span.links.iter();
    let links = links.map(|link| size_of_val(link) + attributes(&link.attributes));
    // A vector that grew has room for as many again; its own capacity is known.
    let spare = span.attributes.capacity().saturating_sub(span.attributes.len());
    span.name.len()
        + STATE
        + spare * size_of::<KeyValue>()
        + attributes(&span.attributes)
        + 2 * (events.sum::<usize>() + links.sum::<usize>())
}

/// The trace state of a span, with our mark in it.
const STATE: usize = 96;

fn attributes(attributes: &[KeyValue]) -> usize {
    attributes
        .iter()
        .map(|KeyValue { value, .. }| {
            size_of::<KeyValue>()
                + match value {
                    Value::String(text) => text.as_str().len(),
                    Value::Array(Array::String(texts)) => {
                        texts.iter().map(|text| size_of_val(text) + text.as_str().len()).sum()
                    }
                    Value::Array(Array::Bool(values)) => values.len(),
                    Value::Array(Array::I64(values)) => size_of_val(&values[..]),
                    Value::Array(Array::F64(values)) => size_of_val(&values[..]),
                    _ => 0,
                }
        })
        .sum()
}
