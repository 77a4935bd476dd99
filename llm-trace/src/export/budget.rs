//! Owns how large what is exported gets: a span, a log record, and a request. It comes after the
//! gate, so that what is cut was looked through as a whole.

use std::borrow::Cow;

use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::content::{cut, withheld};

/// The longest name of a span or an event.
const NAME: usize = 256;
/// The longest description of a status.
const DESCRIPTION: usize = 4 * 1024;
/// Values are not cut below this; then they go.
const SHORTEST: usize = 64;
/// Bytes of a request, which receivers refuse above 4 MiB.
pub(crate) const REQUEST: usize = 3 << 20;
/// About what a span, an event, a link or a record takes beside its texts.
const ITEM: usize = 128;
/// About what an attribute takes beside its texts.
const ATTRIBUTE: usize = 16;

/// How large things get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bytes of one value.
    pub(crate) value: usize,
    /// Bytes of one span or log record.
    pub(crate) item: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { value: 32 * 1024, item: 64 * 1024 }
    }
}

impl Budget {
    /// Holds a span to the budget, and returns how many values were cut.
    pub(crate) fn span(&self, span: &mut SpanData) -> i64 {
        let mut count = 0;
        if let Some(short) = cut(&span.name, NAME) {
            (span.name, count) = (Cow::Owned(short), 1);
        }
        if let Status::Error { description } = &span.status
            && let Some(short) = cut(description, DESCRIPTION)
        {
            span.status = Status::error(short);
            count += 1;
        }
        for event in &mut span.events.events {
            if let Some(short) = cut(&event.name, NAME) {
                event.name = Cow::Owned(short);
                count += 1;
            }
        }
        count += Self::values(span, self.value);
        // The longest pay first, as long as it takes.
        let mut limit = self.value;
        while limit > SHORTEST && weight(span) > self.item {
            limit /= 2;
            count += Self::values(span, limit);
        }
        if weight(span) > self.item {
            // So many attributes and events that no text is to blame.
            span.events.dropped_count +=
                u32::try_from(span.events.events.len()).unwrap_or(u32::MAX);
            span.events.events.clear();
            span.links.links.truncate(16);
            let mut left = self.item / 2;
            span.attributes.retain(|it| {
                let weight = of_attribute(it);
                let stays = weight <= left;
                left = left.saturating_sub(weight);
                stays
            });
        }
        count
    }

    fn values(span: &mut SpanData, limit: usize) -> i64 {
        let events = span.events.events.iter_mut().flat_map(|event| &mut event.attributes);
        let links = span.links.links.iter_mut().flat_map(|link| &mut link.attributes);
        span.attributes
            .iter_mut()
            .chain(events)
            .chain(links)
            .map(|it| shorten(&mut it.value, limit))
            .sum()
    }
}

/// Shortens a value, and returns how many texts of it were cut.
fn shorten(value: &mut Value, limit: usize) -> i64 {
    match value {
        Value::String(text) => shorten_text(text, limit),
        Value::Array(Array::String(texts)) => {
            // Each of them may be short, and all of them long.
            let limit = limit / texts.len().max(1) + SHORTEST;
            texts.iter_mut().map(|text| shorten_text(text, limit)).sum()
        }
        _ => 0,
    }
}

fn shorten_text(text: &mut StringValue, limit: usize) -> i64 {
    let Some(short) = cut(text.as_str(), limit) else { return 0 };
    *text = StringValue::from(short);
    1
}

/// Returns about how many bytes a span takes.
pub(crate) fn weight(span: &SpanData) -> usize {
    let attributes = |list: &[KeyValue]| list.iter().map(of_attribute).sum::<usize>();
    let events = span.events.iter().map(|it| ITEM + it.name.len() + attributes(&it.attributes));
    let links = span.links.iter().map(|it| ITEM + attributes(&it.attributes));
    let description = match &span.status {
        Status::Error { description } => description.len(),
        _ => 0,
    };
    ITEM + span.name.len()
        + description
        + attributes(&span.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
}

fn of_attribute(attribute: &KeyValue) -> usize {
    let value = match &attribute.value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(texts)) => texts.iter().map(|it| it.as_str().len() + 8).sum(),
        Value::Array(Array::F64(numbers)) => numbers.len() * 10,
        Value::Array(Array::I64(numbers)) => numbers.len() * 10,
        Value::Array(Array::Bool(flags)) => flags.len() * 4,
        _ => 8,
    };
    ATTRIBUTE + attribute.key.as_str().len() + value
}

/// Leaves of every text that is longer than `limit` nothing but its length. It takes no longer than
/// there are texts, so that it can be done on the thread that ends the span.
pub(crate) fn withhold(span: &mut SpanData, limit: usize) {
    let long = |text: &str| (text.len() > limit).then(|| withheld(text.len()));
    if let Some(short) = long(&span.name) {
        span.name = Cow::Owned(short);
    }
    if let Status::Error { description } = &span.status
        && let Some(short) = long(description)
    {
        span.status = Status::error(short);
    }
    for event in &mut span.events.events {
        if let Some(short) = long(&event.name) {
            event.name = Cow::Owned(short);
        }
        withhold_values(&mut event.attributes, limit);
    }
    for link in &mut span.links.links {
        withhold_values(&mut link.attributes, limit);
    }
    withhold_values(&mut span.attributes, limit);
}

fn withhold_values(attributes: &mut [KeyValue], limit: usize) {
    for KeyValue { value, .. } in attributes {
        match value {
            Value::String(text) => {
                let length = text.as_str().len();
                if length > limit {
                    *text = StringValue::from(withheld(length));
                }
            }
            Value::Array(Array::String(texts)) => {
                if let Some(short) = long_list(texts, limit) {
                    *value = Value::String(StringValue::from(short));
                }
            }
            _ => {}
        }
    }
}

fn long_list(texts: &[StringValue], limit: usize) -> Option<String> {
    let length = texts.iter().map(|it| it.as_str().len()).sum();
    (length > limit).then(|| withheld(length))
}
