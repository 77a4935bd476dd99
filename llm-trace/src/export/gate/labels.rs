//! What the gate does to the attributes of a measurement, and to what says what is measured.
//!
//! An attribute tells series apart, so what is closed is no length and no hash but one marker.

#[cfg(feature = "console")]
use std::borrow::Cow;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::policy::{Fate, Place};
use super::span::{Done, Text};
use super::{Gate, Inner};

/// Stands for a value that does not leave.
pub(super) const CLOSED: &str = "[closed]";

impl Gate {
    /// Holds the attributes of a measurement to the policy.
    pub(crate) fn labels(&self, attributes: &mut Vec<KeyValue>) {
        let mut done = Done::default();
        attributes.retain_mut(|attribute| {
            let is_key = self.0.is_key(attribute.key.as_str(), &mut done);
            if is_key {
                self.0.value(attribute, &mut done);
            }
            is_key
        });
    }
}

#[cfg(feature = "console")]
impl Gate {
    /// Returns what leaves of the name of a metric or its unit.
    pub(crate) fn metric_name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.0.metric_name(name).map_or(Cow::Borrowed(name), Cow::Owned)
    }
}

impl Inner {
    fn value(&self, attribute: &mut KeyValue, done: &mut Done) {
        let fate = self.policy.fate(attribute.key.as_str(), Place::Span, self.policy.capture);
        match &mut attribute.value {
            Value::Bool(_) | Value::F64(_) | Value::I64(_) => {}
            value if matches!(fate, Fate::Close(_)) => *value = Value::from(CLOSED),
            Value::String(text) => match self.text(text.as_str(), fate, done) {
                Text::Same => {}
                Text::New(new) => *text = StringValue::from(new),
                Text::Closed => *text = StringValue::from(CLOSED),
            },
            Value::Array(Array::String(texts)) => {
                for text in texts {
                    match self.text(text.as_str(), fate, done) {
                        Text::Same => {}
                        Text::New(new) => *text = StringValue::from(new),
                        Text::Closed => *text = StringValue::from(CLOSED),
                    }
                }
            }
            _ => {}
        }
    }
}

impl Inner {
    /// Returns what leaves of the name of a metric or its unit, if it is not the same.
    #[cfg(any(feature = "__otlp", feature = "console", feature = "prometheus"))]
    pub(super) fn metric_name(&self, name: &str) -> Option<String> {
        let new = self.redactor.redact_name(name)?;
        // What stands for a secret has brackets, and a name must not.
        let legal = |c: char| if c.is_ascii_alphanumeric() || "_.-/".contains(c) { c } else { '_' };
        let new: String = new.chars().map(legal).collect();
        Some(new.trim_matches('_').to_owned())
    }

    /// Returns what leaves of a description, if it is not the same.
    #[cfg(any(feature = "__otlp", feature = "prometheus"))]
    pub(super) fn described(&self, text: &str) -> Option<String> {
        if super::policy::is_payload(text) {
            return Some(String::new());
        }
        self.redactor.redact_name(text)
    }
}
