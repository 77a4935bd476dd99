//! Owns [`Closed`]: what is left of the values that do not leave.

use opentelemetry::{Array, Key, KeyValue, Value};

use super::keys::Family;
use crate::digest::{Tally, Text};
use crate::semconv;

/// Of each family: its name in the hash, and the attributes that stand for it.
const FAMILIES: [(Family, &str, [&str; 3]); 7] = [
    (
        Family::Input,
        "input",
        [
            semconv::CLOSED_INPUT_LENGTH,
            semconv::CLOSED_INPUT_HASH,
            semconv::CLOSED_INPUT_PREVIOUS_HASH,
        ],
    ),
    (
        Family::Output,
        "output",
        [
            semconv::CLOSED_OUTPUT_LENGTH,
            semconv::CLOSED_OUTPUT_HASH,
            semconv::CLOSED_OUTPUT_PREVIOUS_HASH,
        ],
    ),
    (
        Family::System,
        "system",
        [
            semconv::CLOSED_SYSTEM_LENGTH,
            semconv::CLOSED_SYSTEM_HASH,
            semconv::CLOSED_SYSTEM_PREVIOUS_HASH,
        ],
    ),
    (
        Family::Tool,
        "tool",
        [
            semconv::CLOSED_TOOL_LENGTH,
            semconv::CLOSED_TOOL_HASH,
            semconv::CLOSED_TOOL_PREVIOUS_HASH,
        ],
    ),
    (
        Family::Error,
        "error",
        [
            semconv::CLOSED_ERROR_LENGTH,
            semconv::CLOSED_ERROR_HASH,
            semconv::CLOSED_ERROR_PREVIOUS_HASH,
        ],
    ),
    (
        Family::Text,
        "text",
        [
            semconv::CLOSED_TEXT_LENGTH,
            semconv::CLOSED_TEXT_HASH,
            semconv::CLOSED_TEXT_PREVIOUS_HASH,
        ],
    ),
    (
        Family::Other,
        "other",
        [
            semconv::CLOSED_OTHER_LENGTH,
            semconv::CLOSED_OTHER_HASH,
            semconv::CLOSED_OTHER_PREVIOUS_HASH,
        ],
    ),
];

/// Takes the values of one span, event or log record that do not leave, family by family.
///
/// However many values there are, at most two attributes per family come of them, and a third while
/// two hash keys overlap.
#[derive(Debug, Default)]
pub(super) struct Closed {
    tallies: [Option<Tally>; FAMILIES.len()],
    values: i64,
}

impl Closed {
    /// Takes a text.
    pub(super) fn text(&mut self, family: Family, text: &str) {
        self.values += 1;
        self.part(family, text);
    }

    /// Takes a value of an attribute.
    pub(super) fn value(&mut self, family: Family, value: &Value) {
        self.values += 1;
        match value {
            Value::String(text) => self.part(family, text.as_str()),
            Value::Array(Array::String(texts)) => {
                for text in texts {
                    self.part(family, text.as_str());
                }
            }
            other => self.part(family, &other.as_str()),
        }
    }

    fn part(&mut self, family: Family, text: &str) {
        let (_, name, ..) = FAMILIES[family as usize];
        let tally = self.tallies[family as usize].get_or_insert_with(|| {
            let mut tally = Tally::hashing(Text::Closed);
            tally.mark(name);
            tally
        });
        tally.part(text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values == 0
    }

    /// Returns what stands for the values.
    pub(super) fn attributes(self) -> impl Iterator<Item = KeyValue> {
        let values = (self.values > 0).then(|| integer(semconv::CLOSED_VALUES, self.values));
        let digests = self.tallies.into_iter().zip(FAMILIES).filter_map(|(tally, family)| {
            let (_, _, [length, hash, previous]) = family;
            let digest = tally?.finish();
            let length = integer(length, i64::try_from(digest.length).unwrap_or(i64::MAX));
            let text = |key, text| KeyValue::new(Key::from_static_str(key), text);
            let hash = digest.hash.map(|it| text(hash, it));
            let previous = digest.previous_hash.map(|it| text(previous, it));
            Some(std::iter::once(length).chain(hash).chain(previous))
        });
        values.into_iter().chain(digests.flatten())
    }
}

/// Adds an attribute of the gate's own. What passes two gates has each once: numbers add up, and of two
/// hashes neither stands for both.
pub(super) fn put(attributes: &mut Vec<KeyValue>, new: KeyValue) {
    let Some(at) = attributes.iter().position(|it| it.key == new.key) else {
        return attributes.push(new);
    };
    match (&mut attributes[at].value, new.value) {
        (Value::I64(count), Value::I64(more)) => *count = count.saturating_add(more),
        (old, new) if *old != new => {
            attributes.remove(at);
        }
        _ => {}
    }
}

pub(super) fn integer(key: &'static str, value: i64) -> KeyValue {
    KeyValue::new(Key::from_static_str(key), value)
}
