//! Owns how much a span or a log record says at most, as far as the SDK does not see to it itself.

use opentelemetry::logs::AnyValue;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;

use super::records::copy;
use crate::content::cut;

/// How much a span says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SpanLimits {
    /// In characters.
    pub(crate) value_length: Option<usize>,
    pub(crate) attributes: u32,
    pub(crate) events: u32,
    pub(crate) links: u32,
    pub(crate) event_attributes: u32,
    pub(crate) link_attributes: u32,
}

/// How much a log record says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct LogLimits {
    /// In characters.
    pub(crate) value_length: Option<usize>,
    pub(crate) attributes: usize,
}

impl SpanLimits {
    /// Cuts what is too long. How many there are is for the SDK to see to.
    pub(crate) fn hold(&self, spans: &mut [SpanData]) {
        let Some(length) = self.value_length else { return };
        for span in spans {
            let events = span.events.events.iter_mut().flat_map(|event| &mut event.attributes);
            let links = span.links.links.iter_mut().flat_map(|link| &mut link.attributes);
            for KeyValue { value, .. } in span.attributes.iter_mut().chain(events).chain(links) {
                shorten(value, length);
            }
        }
    }
}

impl LogLimits {
    /// Returns a record that is within the limits, if this one is not.
    pub(crate) fn hold(&self, record: &SdkLogRecord) -> Option<SdkLogRecord> {
        let is_long = |value: &AnyValue| match (value, self.value_length) {
            (AnyValue::String(text), Some(length)) => end(text.as_str(), length).is_some(),
            _ => false,
        };
        let (mut count, mut is_over) = (0, false);
        for (_, value) in record.attributes_iter() {
            count += 1;
            is_over |= count > self.attributes || is_long(value);
        }
        is_over.then(|| {
            let kept = record.attributes_iter().take(self.attributes).cloned();
            let kept = kept.map(|(key, value)| (key, self.shorten(value)));
            copy(record, record.body().cloned(), kept)
        })
    }

    fn shorten(&self, value: AnyValue) -> AnyValue {
        match (value, self.value_length) {
            (AnyValue::String(text), Some(length)) => match end(text.as_str(), length) {
                Some(end) => AnyValue::String(text.as_str()[..end].to_owned().into()),
                None => AnyValue::String(text),
            },
            (value, _) => value,
        }
    }
}

fn shorten(value: &mut Value, length: usize) {
    match value {
        Value::String(text) => {
            let is_json = text.as_str().starts_with(['{', '[']);
            if let Some(short) = cut(text.as_str(), length).filter(|_| is_json) {
                *text = StringValue::from(short);
            } else if let Some(end) = end(text.as_str(), length) {
                *text = StringValue::from(text.as_str()[..end].to_owned());
            }
        }
        Value::Array(Array::String(texts)) => {
            for text in texts {
                if let Some(end) = end(text.as_str(), length) {
                    *text = StringValue::from(text.as_str()[..end].to_owned());
                }
            }
        }
        _ => {}
    }
}

/// Returns where a text ends that is longer than it may be.
fn end(text: &str, length: usize) -> Option<usize> {
    text.char_indices().nth(length).map(|(at, _)| at)
}
