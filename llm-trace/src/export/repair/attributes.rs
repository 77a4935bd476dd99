//! Owns what becomes of the attributes: each key once, under its name and in its type.

use opentelemetry::{Array, Key, KeyValue, StringValue, Value};

use crate::foreign::{
    Name, Shape, TOOL_OUTCOME, is_genai, name_of, operation_named, provider_named, words,
};
use crate::semconv;

/// Keeps the first of two values that were set for the same key: on our own spans, that of the
/// annotation. Rig up to 0.40 records into whichever span is current.
pub(super) fn keep_first(attributes: &mut Vec<KeyValue>) {
    for key in [semconv::OPERATION_NAME, semconv::PROVIDER_NAME, semconv::REQUEST_MODEL] {
        let is_key = |attribute: &KeyValue| attribute.key.as_str() == key;
        if attributes.iter().filter(|attribute| is_key(attribute)).nth(1).is_some() {
            let mut is_first = true;
            attributes.retain(|attribute| !is_key(attribute) || std::mem::take(&mut is_first));
        }
    }
}

/// Corrects the attributes of a foreign span. Of two values for a key, the last one that says
/// something stays, at the place of the first.
pub(super) fn correct(attributes: &mut Vec<KeyValue>) {
    let mut corrected: Vec<KeyValue> = Vec::with_capacity(attributes.len());
    // The conventions' own key goes before one that they have given up.
    let (given_up, known): (Vec<_>, Vec<_>) =
        std::mem::take(attributes).into_iter().partition(is_given_up);
    for attribute in known.into_iter().filter_map(named) {
        match corrected.iter_mut().find(|known| known.key == attribute.key) {
            Some(known) if says(&attribute.value) => known.value = attribute.value,
            Some(_) => {}
            None => corrected.push(attribute),
        }
    }
    let own = corrected.len();
    for attribute in given_up.into_iter().filter_map(named) {
        match corrected.iter().position(|known| known.key == attribute.key) {
            Some(at) if !says(&corrected[at].value) || (at >= own && says(&attribute.value)) => {
                corrected[at].value = attribute.value;
            }
            Some(_) => {}
            None => corrected.push(attribute),
        }
    }
    corrected.retain(|attribute| !is_genai(attribute.key.as_str()) || says(&attribute.value));
    *attributes = corrected;
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

/// Returns whether the conventions have another name for a key.
fn is_given_up(attribute: &KeyValue) -> bool {
    let key = attribute.key.as_str();
    matches!(name_of(key), Name::Known(known, _) if known != key)
}

/// Gives an attribute its name and type; `None` for what is no reader's concern.
fn named(KeyValue { key, value, .. }: KeyValue) -> Option<KeyValue> {
    match name_of(key.as_str()) {
        Name::Known(TOOL_OUTCOME, _) | Name::Internal => None,
        Name::Known(known, shape) => {
            let value = shaped(shape, value);
            Some(KeyValue::new(Key::from_static_str(known), spelled(known, value)?))
        }
        Name::Other => Some(KeyValue::new(key, value)),
    }
}

/// Spells a value as the conventions do.
fn spelled(key: &str, value: Value) -> Option<Value> {
    let spelled = match (key, &value) {
        // Only what is streamed says so.
        (semconv::REQUEST_STREAM, Value::Bool(false)) => return None,
        (semconv::PROVIDER_NAME, Value::String(text)) => provider_named(text.as_str()),
        (semconv::OPERATION_NAME, Value::String(text)) => operation_named(text.as_str()),
        (semconv::OUTPUT_TYPE, Value::String(text)) => match text.as_str() {
            "json_object" | "json_schema" => "json",
            other => other,
        },
        _ => return Some(value),
    };
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
