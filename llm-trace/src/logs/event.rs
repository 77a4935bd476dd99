//! Owns [`Event`]: what a log record of ours says.

use opentelemetry::Key;
use opentelemetry::logs::{AnyValue, Severity};

use crate::provider::Provider;
use crate::record::Record;
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

    /// What failed and how, in words of low cardinality; no text of the error.
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
        event
    }
}
