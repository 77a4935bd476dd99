//! Owns what becomes of the attributes: each key once, under its name and in its type.

use opentelemetry::{Array, Key, KeyValue, StringValue, Value};

use crate::foreign::{
    Facts, Known, Name, Shape, TOOL_OUTCOME, is_genai, name_of, operation_named, provider_named,
    said, words,
};
use crate::semconv;

/// Keeps the first of two values that were set for the same key: on our own spans, that of the
/// annotation. Rig up to 0.40 records into whichever span is current.
pub(super) fn keep_first(attributes: &mut Vec<KeyValue>) {
    const KEYS: [&str; 2] = [semconv::PROVIDER_NAME, semconv::REQUEST_MODEL];
    const LENGTH: usize = semconv::PROVIDER_NAME.len();
    const { assert!(semconv::REQUEST_MODEL.len() == LENGTH) }

    let mut counts = [0; KEYS.len()];
    // Most keys are told from both by their length.
    for it in attributes.iter().filter(|it| it.key.as_str().len() == LENGTH) {
        for (count, key) in counts.iter_mut().zip(KEYS) {
            *count += usize::from(it.key.as_str() == key);
        }
    }
    for (key, _) in KEYS.into_iter().zip(counts).filter(|(_, count)| *count > 1) {
        let mut is_first = true;
        attributes.retain(|it| it.key.as_str() != key || std::mem::take(&mut is_first));
    }
}

/// Corrects the attributes of a foreign span, and takes what they say. Of two values for a key, the
/// last one that says something stays, at the place of the first.
pub(super) fn correct(attributes: &mut Vec<KeyValue>, facts: &mut Facts) {
    let mut corrected = Corrected(Vec::with_capacity(attributes.len() + ROOM));
    let mut renamed = Corrected(Vec::new());
    for attribute in attributes.drain(..) {
        match name_of(attribute.key.as_str()) {
            Name::Known(known) if known.key == TOOL_OUTCOME => {
                if let Some(said) = said(&attribute.value) {
                    facts.take_fact(known.fact, said);
                }
            }
            Name::Known(known) => corrected.add(Some(known), attribute),
            Name::Renamed(known) => renamed.add(Some(known), attribute),
            Name::Internal => {}
            Name::Other => corrected.add(None, attribute),
        }
    }
    // A key of the conventions goes before one that they have given up.
    for (known, attribute) in renamed.0 {
        match corrected.find(&attribute.key) {
            Some((_, own)) if says(&own.value) => {}
            Some((_, own)) => *own = attribute,
            None => corrected.0.push((known, attribute)),
        }
    }
    for (known, attribute) in corrected.0 {
        let is_governed = known.is_some() || is_genai(attribute.key.as_str());
        if is_governed && !says(&attribute.value) {
            continue;
        }
        if let (Some(known), Some(said)) = (known, said(&attribute.value)) {
            facts.take_fact(known.fact, said);
        }
        attributes.push(attribute);
    }
}

/// Room for what the repair adds.
const ROOM: usize = 5;

/// Attributes under their names and in their types, each key once.
struct Corrected(Vec<(Option<&'static Known>, KeyValue)>);

impl Corrected {
    fn find(&mut self, key: &Key) -> Option<&mut (Option<&'static Known>, KeyValue)> {
        self.0.iter_mut().find(|(_, attribute)| attribute.key == *key)
    }

    fn add(&mut self, known: Option<&'static Known>, attribute: KeyValue) {
        let attribute = match known {
            Some(known) => named(known, attribute.value),
            None => Some(attribute),
        };
        let Some(attribute) = attribute else { return };
        match self.find(&attribute.key) {
            Some((_, first)) if says(&attribute.value) => first.value = attribute.value,
            Some(_) => {}
            None => self.0.push((known, attribute)),
        }
    }
}

/// Puts a count in the place of one that is there.
pub(super) fn replace_count(attributes: &mut [KeyValue], key: &str, count: Option<u64>) {
    let Some(count) = count.and_then(|count| i64::try_from(count).ok()) else { return };
    if let Some(found) = attributes.iter_mut().find(|attribute| attribute.key.as_str() == key) {
        found.value = Value::I64(count);
    }
}

/// Makes what an agent says of its usage the totals that it is: a sum of what its calls say.
pub(super) fn sum_up(attributes: &mut Vec<KeyValue>) {
    const SUMS: &[(&str, &str)] = &[
        (semconv::USAGE_INPUT_TOKENS, semconv::TOTAL_INPUT_TOKENS),
        (semconv::USAGE_OUTPUT_TOKENS, semconv::TOTAL_OUTPUT_TOKENS),
        (semconv::USAGE_COST, semconv::TOTAL_COST),
    ];

    for (one, total) in SUMS {
        let has_total = attributes.iter().any(|attribute| attribute.key.as_str() == *total);
        let found = attributes.iter_mut().find(|attribute| attribute.key.as_str() == *one);
        if let Some(found) = found.filter(|_| !has_total) {
            found.key = Key::from_static_str(total);
        }
    }
    // Parts of these sums, and a sum that was there already.
    attributes.retain(|attribute| !is_usage(attribute.key.as_str()));
}

fn is_usage(key: &str) -> bool {
    [
        semconv::USAGE_CACHE_READ_INPUT_TOKENS,
        semconv::USAGE_CACHE_WRITE_INPUT_TOKENS,
        semconv::USAGE_COST,
        semconv::USAGE_INPUT_TOKENS,
        semconv::USAGE_OUTPUT_TOKENS,
        semconv::USAGE_REASONING_OUTPUT_TOKENS,
        semconv::USAGE_TOOL_USE_INPUT_TOKENS,
    ]
    .contains(&key)
}

/// Gives a value its name and type; `None` for what is no reader's concern.
fn named(known: &'static Known, value: Value) -> Option<KeyValue> {
    let value = shaped(known.shape, value);
    let is_number = matches!(value, Value::I64(_) | Value::F64(_));
    // What is no number is no count, whatever it is called.
    if is_usage(known.key) && !is_number {
        return None;
    }
    Some(KeyValue::new(Key::from_static_str(known.key), spelled(known.key, value)?))
}

/// Spells a value as the conventions do.
fn spelled(key: &str, value: Value) -> Option<Value> {
    let (is, spelled) = match (key, &value) {
        // Only what is streamed says so.
        (semconv::REQUEST_STREAM, Value::Bool(false)) => return None,
        (semconv::PROVIDER_NAME, Value::String(text)) => {
            (text.as_str(), provider_named(text.as_str()))
        }
        (semconv::OPERATION_NAME, Value::String(text)) => {
            (text.as_str(), operation_named(text.as_str()))
        }
        (semconv::OUTPUT_TYPE, Value::String(text)) => match text.as_str() {
            is @ ("json_object" | "json_schema") => (is, "json"),
            is => (is, is),
        },
        _ => return Some(value),
    };
    if is == spelled {
        return Some(value);
    }
    Some(Value::String(spelled.to_owned().into()))
}

/// Returns a value in the type of its key, if it can be that; else as it is.
fn shaped(shape: Shape, value: Value) -> Value {
    match (shape, &value) {
        (Shape::Integer, Value::String(text)) => {
            text.as_str().trim().parse().map_or(value, Value::I64)
        }
        (Shape::Integer, Value::F64(number)) if number.fract() == 0.0 && number.abs() <= 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
            Value::I64(*number as i64)
        }
        (Shape::Double, Value::String(text)) => match text.as_str().trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Value::F64(number),
            _ => value,
        },
        #[expect(clippy::cast_precision_loss, reason = "no such number is that large")]
        (Shape::Double, Value::I64(number)) => Value::F64(*number as f64),
        (Shape::Flag, Value::String(text)) => text.as_str().parse().map_or(value, Value::Bool),
        (Shape::Words, Value::String(text)) => {
            let words: Vec<StringValue> = words(text.as_str());
            Value::Array(Array::String(words))
        }
        (Shape::Text, Value::String(_)) => value,
        (Shape::Text, other) => Value::String(other.to_string().into()),
        _ => value,
    }
}

/// Returns whether a value says anything.
fn says(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.as_str().is_empty(),
        Value::Array(Array::String(words)) => !words.is_empty(),
        _ => true,
    }
}
