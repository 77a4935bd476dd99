//! Owns [`CapturedLog`]: a log record as it would be exported, without the types of the SDK.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry::{InstrumentationScope, Key};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use super::collect::lock;
use super::leak;

/// A `tracing` event, or an event of the conventions such as `gen_ai.client.operation.exception`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CapturedLog {
    /// The name, of an event that has one.
    pub name: Option<&'static str>,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// What it says in words.
    pub body: Option<AnyValue>,
    /// The `target` of a `tracing` event.
    pub target: Option<String>,
    /// What it says in values, in the order in which they were set.
    pub attributes: Vec<(Key, AnyValue)>,
    /// The trace and the span in which it happened.
    pub span: Option<(TraceId, SpanId)>,
    /// What of it would leave, and where that stands.
    pub(super) leaving: Vec<(String, String)>,
}

impl CapturedLog {
    fn read(record: &SdkLogRecord) -> Self {
        Self {
            name: record.event_name().filter(|name| !name.is_empty()),
            severity: record.severity_number(),
            body: record.body().cloned(),
            target: record.target().map(|target| target.clone().into_owned()),
            attributes: record.attributes_iter().cloned().collect(),
            leaving: leak::of_record(record),
            span: record.trace_context().map(|context| (context.trace_id, context.span_id)),
        }
    }

    /// Returns the value of an attribute; of one that was set twice, the first.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&AnyValue> {
        let found = self.attributes.iter().find(|(known, _)| known.as_str() == key);
        found.map(|(_, value)| value)
    }
}

/// Keeps every log record.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs(Arc<Mutex<Vec<CapturedLog>>>);

impl Logs {
    pub(super) fn all(&self) -> Vec<CapturedLog> {
        lock(&self.0).clone()
    }

    pub(super) fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl LogProcessor for Logs {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        // Not under the lock: what reads it may have something to say too.
        let record = CapturedLog::read(record);
        lock(&self.0).push(record);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
