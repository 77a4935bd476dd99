//! What OTLP in JSON has to look like beside what its decoder accepts.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Violations;

pub(super) fn decode<T: DeserializeOwned + Serialize>(
    body: &[u8],
    found: &mut Violations,
) -> Result<T, String> {
    let text = |error: serde_json::Error| error.to_string();
    let value: Value = serde_json::from_slice(body).map_err(text)?;
    visit(&value, found);
    let request: T = serde_json::from_value(value.clone()).map_err(text)?;
    compare(&value, &serde_json::to_value(&request).map_err(text)?, found);
    Ok(request)
}

fn visit(value: &Value, found: &mut Violations) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key.contains('_') {
                    found.push(format!("json: `{key}` is not in lowerCamelCase"));
                }
                let is_number = ["kind", "code", "severityNumber", "aggregationTemporality"];
                if is_number.contains(&&**key) && !value.is_number() {
                    found.push(format!("json: `{key}` is {value}, no number"));
                }
                let is_id = ["traceId", "spanId", "parentSpanId"].contains(&&**key);
                let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
                if is_id && !value.as_str().is_some_and(is_hex) {
                    found.push(format!("json: `{key}` is {value}, not hexadecimal"));
                }
                visit(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
        _ => {}
    }
}

/// Looks for what is gone when a request is encoded again: the decoder did not know it.
fn compare(sent: &Value, known: &Value, found: &mut Violations) {
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => {
            for (key, sent) in sent {
                match known.get(key) {
                    Some(known) => compare(sent, known, found),
                    None => found.push(format!("json: `{key}` is not known")),
                }
            }
        }
        (Value::Array(sent), Value::Array(known)) => {
            sent.iter().zip(known).for_each(|(sent, known)| compare(sent, known, found));
        }
        _ => {}
    }
}
