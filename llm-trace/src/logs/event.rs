//! Owns [`Event`]: what a log record of ours says.

use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry::{Array, Key, KeyValue, Value};
use serde_json::Value as JsonValue;

use crate::provider::Provider;
use crate::record::Record;
use crate::request::Request;
use crate::semconv;

/// An event with a name of the conventions.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    pub(crate) attributes: Vec<(Key, AnyValue)>,
}

impl Event {
    pub(crate) fn new(name: &'static str, severity: Severity) -> Self {
        Self { name, severity, attributes: Vec::new() }
    }

    /// Adds an attribute, if it has a value.
    pub(crate) fn set(&mut self, key: &'static str, value: Option<impl Into<AnyValue>>) {
        if let Some(value) = value {
            self.attributes.push((Key::from_static_str(key), value.into()));
        }
    }

    /// What failed and how, in words of low cardinality; the text of the error where
    /// that is captured.
    pub(super) fn of_failure(record: &Record) -> Self {
        let Record { request, response, error_type, .. } = record;
        let mut event = Self::new(semconv::CLIENT_OPERATION_EXCEPTION, Severity::Warn);
        let provider = request.provider.as_ref().map(Provider::as_str).map(str::to_owned);
        let error_type = error_type.clone().map(String::from);
        event.set(semconv::OPERATION_NAME, Some(request.operation.as_str()));
        event.set(semconv::PROVIDER_NAME, provider);
        event.set(semconv::REQUEST_MODEL, request.model.clone().map(String::from));
        event.set(semconv::RESPONSE_MODEL, response.model.clone());
        event.set(semconv::SERVER_ADDRESS, request.server_address.clone().map(String::from));
        event.set(semconv::SERVER_PORT, request.server_port.map(i64::from));
        event.set(semconv::ERROR_TYPE, error_type.clone());
        event.set(semconv::EXCEPTION_TYPE, error_type);
        event.set(semconv::EXCEPTION_MESSAGE, record.error_text.clone());
        event
    }

    /// What a call was asked and answered, structured, beside what its span says.
    pub(crate) fn of_content(
        request: &Request,
        attributes: &[KeyValue],
        said: Vec<(&'static str, JsonValue)>,
    ) -> Self {
        let mut event = Self::new(semconv::CLIENT_INFERENCE_OPERATION_DETAILS, Severity::Debug);
        let provider = request.provider.as_ref().map(Provider::as_str).map(str::to_owned);
        event.set(semconv::OPERATION_NAME, Some(request.operation.as_str()));
        event.set(semconv::PROVIDER_NAME, provider);
        event.set(semconv::REQUEST_MODEL, request.model.clone().map(String::from));
        event.set(semconv::SERVER_ADDRESS, request.server_address.clone().map(String::from));
        event.set(semconv::SERVER_PORT, request.server_port.map(i64::from));
        for KeyValue { key, value, .. } in attributes {
            if !said.iter().any(|(known, _)| *known == key.as_str()) {
                event.attributes.push((key.clone(), plain(value)));
            }
        }
        for (key, value) in said {
            event.set(key, structured(value));
        }
        event
    }
}

fn plain(value: &Value) -> AnyValue {
    match value {
        Value::Bool(flag) => AnyValue::Boolean(*flag),
        Value::F64(number) => AnyValue::Double(*number),
        Value::I64(number) => AnyValue::Int(*number),
        Value::String(text) => AnyValue::String(text.clone()),
        Value::Array(Array::String(texts)) => texts.iter().cloned().collect(),
        other => AnyValue::from(other.as_str().into_owned()),
    }
}

/// Returns JSON as a value of a log record; a null is left out.
fn structured(value: JsonValue) -> Option<AnyValue> {
    Some(match value {
        JsonValue::Null => return None,
        JsonValue::Bool(flag) => AnyValue::Boolean(flag),
        JsonValue::Number(number) => match number.as_i64() {
            Some(number) => AnyValue::Int(number),
            None => AnyValue::Double(number.as_f64().unwrap_or_default()),
        },
        JsonValue::String(text) => AnyValue::from(text),
        JsonValue::Array(items) => items.into_iter().filter_map(structured).collect(),
        JsonValue::Object(fields) => {
            fields.into_iter().filter_map(|(key, value)| Some((key, structured(value)?))).collect()
        }
    })
}
