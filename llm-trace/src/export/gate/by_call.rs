//! What the gate does to what one call says before a provider gets it, where no gate may stand before
//! the exporter.

use opentelemetry::{KeyValue, Value};
use serde_json::Value as JsonValue;

use super::Gate;
use super::policy::Place;
use super::span::Done;
use crate::content::{Capture, Said, Screen, cut};

impl Screen for Gate {
    fn measured(&self, attributes: &mut Vec<KeyValue>) {
        self.labels(attributes);
    }

    fn content(&self, said: &mut Said, capture: Capture) -> i64 {
        let capture = capture.min(self.0.policy.capture);
        let mut done = Done::default();
        said.retain_mut(|(key, value)| {
            let is_text = value.is_string();
            let text = match value.take() {
                JsonValue::String(text) => text,
                other => other.to_string(),
            };
            let mut attribute = vec![KeyValue::new(*key, text)];
            self.0.attributes(&mut attribute, Place::Span, capture, &mut done);
            let Some(Value::String(text)) = attribute.pop().map(|it| it.value) else {
                return false;
            };
            let text = cut(text.as_str(), self.0.budget.value).unwrap_or_else(|| text.into());
            *value = match serde_json::from_str(&text) {
                Ok(value) if !is_text => value,
                _ => JsonValue::String(text),
            };
            true
        });
        done.redactions
    }

    fn error(&self, text: String) -> String {
        self.0.redacted(&text, &mut Done::default()).unwrap_or(text)
    }
}
