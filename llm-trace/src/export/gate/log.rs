//! What the gate does to a log record: its body and its attributes.

use std::borrow::Cow;

use opentelemetry::logs::{AnyValue, LogRecord};
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::logs::SdkLogRecord;

use super::Inner;
use super::keys::Family;
use super::policy::{Fate, Place, is_of_client};
use super::span::{Done, Text};
use crate::content::{Capture, cut};
use crate::export::records::without_content;
use crate::redact::is_word;
use crate::semconv;

/// About what a record takes beside its texts.
const ITEM: usize = 256;
/// What is nested deeper is closed.
const DEPTH: u8 = 24;
/// Stands for a value that does not leave, where one is expected: a body, and what is inside of a value
/// that leaves.
const CLOSED: &str = "[closed]";

impl Inner {
    /// Returns what leaves of a log record. Who counts records expects each of them, so one that is to
    /// say nothing stays, and says nothing.
    pub(super) fn log(&self, record: &SdkLogRecord) -> (SdkLogRecord, usize) {
        let target = record.target().map(Cow::as_ref).unwrap_or_default();
        let level = record.severity_text().unwrap_or_default();
        // Records of the conventions have their names; those of `tracing` are named by file and line.
        let is_ours = record.event_name().is_some_and(|name| name.starts_with("gen_ai."));
        let is_secret = is_of_client(target, level);
        let is_open = is_ours || (self.policy.is_open_target(target) && !is_secret);
        let place = if is_ours { Place::Span } else { Place::Event { is_open } };
        let allowed = match () {
            () if is_secret => Capture::Off,
            () if is_ours => asked(record),
            () => Capture::Full,
        };
        let capture = self.policy.capture.min(allowed);
        let mut done = Done { left: self.budget.item, ..Done::default() };
        let mut new = self.around(record, &mut done);
        if let Some(body) = record.body() {
            let fate = match capture {
                Capture::Off if !is_open => Fate::Close(Family::Text),
                Capture::Full => Fate::Pass,
                _ => Fate::Redact,
            };
            let body = self.any(body, fate, &mut done, DEPTH);
            new.set_body(body.unwrap_or_else(|| AnyValue::from(CLOSED)));
        }
        let mut told = Vec::new();
        for (key, value) in record.attributes_iter() {
            if !self.is_key(key.as_str(), &mut done) {
                continue;
            }
            // What another gate has told is told once, with what this one tells.
            if let Some(value) = told_by(key.as_str(), value) {
                told.push(KeyValue::new(key.clone(), value));
                continue;
            }
            // The bridge of `tracing` calls the field `error` `exception.message`, which may be
            // there as well. Each key leaves once.
            if new.attributes_iter().any(|(known, _)| known == key) {
                continue;
            }
            let fate = self.policy.fate(key.as_str(), place, capture);
            if let Some(value) = self.any(value, fate, &mut done, DEPTH) {
                new.add_attribute(key.clone(), value);
            }
        }
        let bytes = ITEM + self.budget.item - done.left;
        done.tell(&mut told);
        for attribute in told {
            let value = match attribute.value {
                Value::I64(count) => AnyValue::Int(count),
                other => AnyValue::from(other.as_str().into_owned()),
            };
            new.add_attribute(attribute.key, value);
        }
        (new, bytes)
    }

    /// Returns what leaves of a record but for its body and its attributes.
    fn around(&self, record: &SdkLogRecord, done: &mut Done) -> SdkLogRecord {
        let mut new = without_content(record);
        // A name or a level in other words would be another one.
        let mut is_hidden = |text: Option<&str>| {
            text.is_some_and(|it| self.named(it, Cow::default, done).is_some())
        };
        if is_hidden(record.event_name()) {
            new.set_event_name("");
        }
        if is_hidden(record.severity_text()) {
            new.set_severity_text("");
        }
        let target = record.target().and_then(|it| self.named(it, Cow::default, done));
        if let Some(target) = target {
            new.set_target(target);
        }
        new
    }

    /// Returns what leaves of a value, if anything does.
    fn any(&self, value: &AnyValue, fate: Fate, done: &mut Done, depth: u8) -> Option<AnyValue> {
        let Some(depth) = depth.checked_sub(1) else { return Some(AnyValue::from(CLOSED)) };
        // Numbers in what is closed may be content too, such as an embedding, and so may names.
        let is_closed = matches!(fate, Fate::Close(_));
        Some(match value {
            AnyValue::String(text) => {
                let text = text.as_str();
                if let Fate::Close(family) = fate {
                    done.closed.text(family, text);
                    return None;
                }
                match self.text(text, fate, done) {
                    Text::Same => self.fitted(text, done),
                    Text::New(new) => self.fitted(&new, done),
                    Text::Closed => {
                        done.closed.text(Family::Other, text);
                        return None;
                    }
                }
            }
            AnyValue::ListAny(list) => {
                let kept = list.iter().filter_map(|value| self.any(value, fate, done, depth));
                let kept = kept.collect();
                if is_closed {
                    return None;
                }
                AnyValue::ListAny(Box::new(kept))
            }
            AnyValue::Map(map) => {
                let mut kept = std::collections::HashMap::new();
                for (key, value) in map.iter() {
                    if let Some(value) = self.any(value, fate, done, depth) {
                        kept.insert(self.map_key(key, fate, done), value);
                    }
                }
                if is_closed {
                    return None;
                }
                AnyValue::Map(Box::new(kept))
            }
            AnyValue::Bytes(bytes) => {
                // What bytes are is not known, and nothing looks into them.
                let family = if let Fate::Close(family) = fate { family } else { Family::Other };
                done.closed.text(family, &String::from_utf8_lossy(bytes));
                return None;
            }
            other => other.clone(),
        })
    }

    /// Returns as much of a text as there is room for.
    fn fitted(&self, text: &str, done: &mut Done) -> AnyValue {
        let short = cut(text, self.budget.value.min(done.left));
        done.cut += i64::from(short.is_some());
        let text = short.unwrap_or_else(|| text.to_owned());
        done.left = done.left.saturating_sub(text.len() + 16);
        AnyValue::from(text)
    }

    /// Names inside of content stay, unless they hold what is to be hidden.
    fn map_key(&self, key: &Key, fate: Fate, done: &mut Done) -> Key {
        if fate == Fate::Pass || is_word(key.as_str()) {
            return key.clone();
        }
        self.redacted(key.as_str(), done).map_or_else(|| key.clone(), Key::from)
    }
}

/// Returns what a gate has told, if that is what an attribute is: a count or a hash.
fn told_by(key: &str, value: &AnyValue) -> Option<Value> {
    let is_told = key.starts_with("llm_trace.closed.")
        || [semconv::REDACTIONS, semconv::CUT_VALUES].contains(&key);
    match value {
        AnyValue::Int(count) if is_told => Some(Value::I64(*count)),
        AnyValue::String(text) if is_told && is_word(text.as_str()) => {
            Some(Value::String(text.clone()))
        }
        _ => None,
    }
}

/// Returns how much a call of ours has captured.
fn asked(record: &SdkLogRecord) -> Capture {
    let asked = record.attributes_iter().find(|(key, _)| key.as_str() == semconv::CAPTURE);
    match asked {
        Some((_, AnyValue::String(name))) => Capture::named(name.as_str()).unwrap_or_default(),
        _ => Capture::Off,
    }
}
