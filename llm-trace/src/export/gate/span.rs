//! What the gate does to a span: its name, status, attributes, events and links.

use std::borrow::Cow;

use opentelemetry::trace::{Event, Status};
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::Inner;
use super::closed::{Closed, integer, put};
use super::keys::Family;
use super::once::keep_last;
use super::policy::{Fate, Place, is_of_client, is_payload};
use crate::content::Capture;
use crate::redact::is_word;
use crate::semconv;

/// What a name is replaced by that does not leave.
const SPAN: &str = "span";
const EVENT: &str = "event";
/// The longest key that leaves.
const KEY: usize = 256;
/// How the names of events begin that the conventions define.
const EVENT_NAMES: &[&str] =
    &["exception", "gen_ai.", "feature_flag.", "http.", "rpc.", "session."];

/// What was done to one span, event or log record.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) closed: Closed,
    pub(super) redactions: i64,
    /// Texts of a log record that were cut, and the bytes that it may still have.
    pub(super) cut: i64,
    pub(super) left: usize,
}

impl Inner {
    /// Holds a span to the policy.
    pub(super) fn span(&self, span: &mut SpanData) {
        let is_ours = span.attributes.iter().any(|it| it.key.as_str() == semconv::OUTCOME);
        let capture =
            self.policy.capture.min(if is_ours { asked(&span.attributes) } else { Capture::Full });
        let mut done = Done::default();
        if !is_ours {
            self.name(span, &mut done);
        }
        if let Some(scope) = self.scope(&span.instrumentation_scope, capture, &mut done) {
            span.instrumentation_scope = scope;
        }
        self.state(&mut span.span_context, &mut done);
        self.status(&mut span.status, &mut done);
        self.attributes(&mut span.attributes, Place::Span, capture, &mut done);
        for link in &mut span.links.links {
            self.state(&mut link.span_context, &mut done);
            self.attributes(&mut link.attributes, Place::Span, capture, &mut done);
        }
        let before = span.events.events.len();
        span.events
            .events
            .retain_mut(|event| self.event(event, is_ours, capture, &mut done.redactions));
        let dropped = before - span.events.events.len();
        if dropped > 0 {
            span.events.dropped_count += u32::try_from(dropped).unwrap_or(u32::MAX);
            let dropped = i64::try_from(dropped).unwrap_or(i64::MAX);
            put(&mut span.attributes, integer(semconv::CLOSED_EVENTS, dropped));
        }
        done.tell(&mut span.attributes);
    }

    pub(super) fn name(&self, span: &mut SpanData, done: &mut Done) {
        let instead = || {
            let said = span.attributes.iter().find(|it| it.key.as_str() == semconv::OPERATION_NAME);
            let operation = said.map(|it| it.value.as_str()).filter(|it| is_word(it));
            operation.map_or(Cow::Borrowed(SPAN), |it| Cow::Owned(it.into_owned()))
        };
        if let Some(name) = self.named(&span.name, instead, done) {
            span.name = name;
        }
    }

    fn status(&self, status: &mut Status, done: &mut Done) {
        let Status::Error { description } = &*status else { return };
        if description.is_empty() {
            return;
        }
        if !self.policy.error_text {
            done.closed.text(Family::Error, description);
            *status = Status::error("");
        } else if let Some(new) = self.redacted(description, done) {
            *status = Status::error(new);
        }
    }

    /// Holds an event to the policy, and returns whether it stays.
    fn event(
        &self,
        event: &mut Event,
        is_ours: bool,
        capture: Capture,
        redactions: &mut i64,
    ) -> bool {
        let said = |key: &str| event.attributes.iter().find(|it| it.key.as_str() == key);
        let target = said("target").map(|it| it.value.as_str()).unwrap_or_default();
        let level = said("level").map(|it| it.value.as_str()).unwrap_or_default();
        let is_off = capture == Capture::Off;
        if is_of_client(&target, &level) || (is_off && is_payload(&event.name)) {
            return false;
        }
        // What a program records on a call by hand it knows; what it says in passing it does not.
        let by_hand = is_ours && level.is_empty() && matches!(event.name, Cow::Borrowed(_));
        let is_open = by_hand || self.policy.is_open_target(&target);
        let mut done = Done::default();
        // A message is a text that was made; a name is there in the program.
        let is_name = matches!(event.name, Cow::Borrowed(_))
            || EVENT_NAMES.iter().any(|start| event.name.starts_with(start));
        let is_name = is_name && is_word(&event.name);
        if is_off && !is_open && !is_name {
            done.closed.text(Family::Text, &event.name);
            event.name = Cow::Borrowed(EVENT);
        } else if (is_name || capture != Capture::Full)
            && let Some(new) = self.redacted(&event.name, &mut done)
        {
            event.name = Cow::Owned(new);
        }
        self.attributes(&mut event.attributes, Place::Event { is_open }, capture, &mut done);
        *redactions += std::mem::take(&mut done.redactions);
        done.tell(&mut event.attributes);
        true
    }

    /// Holds attributes to the policy, each key once. The order of those that stay is kept.
    pub(super) fn attributes(
        &self,
        attributes: &mut Vec<KeyValue>,
        place: Place,
        capture: Capture,
        done: &mut Done,
    ) {
        keep_last(attributes);
        attributes.retain_mut(|attribute| match &attribute.value {
            Value::Bool(_) | Value::F64(_) | Value::I64(_) => {
                self.is_key(attribute.key.as_str(), done)
            }
            _ => self.attribute(attribute, place, capture, done),
        });
    }

    fn attribute(
        &self,
        attribute: &mut KeyValue,
        place: Place,
        capture: Capture,
        done: &mut Done,
    ) -> bool {
        let key = attribute.key.as_str();
        if !self.is_key(key, done) {
            done.closed.value(Family::Other, &attribute.value);
            return false;
        }
        let fate = self.policy.fate(key, place, capture);
        if let Fate::Close(family) = fate {
            if is_number(&attribute.value) {
                return true;
            }
            done.closed.value(family, &attribute.value);
            return false;
        }
        match &mut attribute.value {
            Value::String(text) => match self.text(text.as_str(), fate, done) {
                Text::Same => {}
                Text::New(new) => attribute.value = Value::String(new.into()),
                Text::Closed => {
                    done.closed.value(Family::Other, &attribute.value);
                    return false;
                }
            },
            Value::Array(Array::String(texts)) => {
                for text in texts {
                    match self.text(text.as_str(), fate, done) {
                        Text::Same => {}
                        Text::New(new) => *text = StringValue::from(new),
                        Text::Closed => {
                            done.closed.text(Family::Other, text.as_str());
                            *text = StringValue::from("");
                        }
                    }
                }
            }
            _ => {}
        }
        true
    }

    /// Returns what becomes of a text that is not closed by its key.
    pub(super) fn text(&self, text: &str, fate: Fate, done: &mut Done) -> Text {
        let redacted = match fate {
            Fate::Pass => None,
            Fate::Word if is_word(text) => None,
            Fate::Doubt if is_payload(text) => return Text::Closed,
            Fate::Address => self.address(text, done),
            _ => self.redacted(text, done),
        };
        redacted.map_or(Text::Same, Text::New)
    }

    /// Returns whether a key is one. What is none is a text in the wrong place.
    pub(super) fn is_key(&self, key: &str, done: &mut Done) -> bool {
        // Those of the conventions, and most others, need no second look.
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'.' || byte == b'_';
        let is_key = key.len() <= KEY
            && (key.bytes().all(is_plain)
                || (!key.contains(|c: char| c.is_whitespace() || c.is_control())
                    && self.redactor.redact_name(key).is_none()));
        if !is_key {
            done.closed.text(Family::Other, key);
        }
        is_key
    }

    /// Returns what leaves of a text, if it is not the same.
    pub(super) fn redacted(&self, text: &str, done: &mut Done) -> Option<String> {
        let (redacted, hidden) = self.redactor.redact(text);
        done.redactions += hidden;
        match redacted {
            Cow::Owned(new) if new != text => Some(new),
            Cow::Borrowed(new) if new != text => Some(new.to_owned()),
            _ => None,
        }
    }
}

impl Done {
    /// Adds what was done to the attributes.
    pub(super) fn tell(self, attributes: &mut Vec<KeyValue>) {
        if self.redactions > 0 {
            put(attributes, integer(semconv::REDACTIONS, self.redactions));
        }
        if self.cut > 0 {
            put(attributes, integer(semconv::CUT_VALUES, self.cut));
        }
        if !self.closed.is_empty() {
            for closed in self.closed.attributes() {
                put(attributes, closed);
            }
        }
    }
}

/// What becomes of a text.
pub(super) enum Text {
    Same,
    New(String),
    Closed,
}

/// Returns how much a call of ours has captured.
fn asked(attributes: &[KeyValue]) -> Capture {
    let asked = attributes.iter().find(|it| it.key.as_str() == semconv::CAPTURE);
    asked.and_then(|it| Capture::named(&it.value.as_str())).unwrap_or_default()
}

/// Returns whether a text is a number, as exporters that know no unsigned ones write them.
fn is_number(value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    is_digits(text.as_str())
}

/// Returns whether a text is a number.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 12
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
