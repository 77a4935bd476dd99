//! Owns [`Records`]: the first processor of our logger provider. Every log record passes here, on
//! the thread that emits it, and then goes to each of the sinks.

use std::sync::LazyLock;
use std::time::Duration;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::{InstrumentationScope, Key};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord, SdkLogger, SdkLoggerProvider};

use super::at_once::at_once;
use super::quiet::is_quiet;

/// Takes every log record, and hands it on.
#[derive(Debug, Default)]
pub(crate) struct Records {
    sinks: Vec<Box<dyn LogProcessor>>,
}

impl Records {
    pub(crate) fn add(&mut self, sink: impl LogProcessor + 'static) {
        self.sinks.push(Box::new(sink));
    }
}

impl LogProcessor for Records {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if is_quiet() {
            return;
        }
        if record.event_name().is_some_and(is_place) {
            record.set_event_name("");
        }
        for sink in &self.sinks {
            sink.emit(record, scope);
        }
    }

    fn event_enabled(&self, level: Severity, target: &str, name: Option<&str>) -> bool {
        !is_quiet() && self.sinks.iter().any(|sink| sink.event_enabled(level, target, name))
    }

    fn force_flush(&self) -> OTelSdkResult {
        at_once(&self.sinks, LogProcessor::force_flush)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        at_once(&self.sinks, |sink| sink.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        for sink in &mut self.sinks {
            sink.set_resource(resource);
        }
    }
}

/// Returns whether `tracing` made the name up, of file and line. A record with a name is an event
/// of a kind, and a line is no kind: it moves with every edit.
fn is_place(name: &str) -> bool {
    name.starts_with("event ") && name.contains(':')
}

/// Makes an empty record, which only a logger can.
pub(super) fn blank() -> SdkLogRecord {
    static BLANK: LazyLock<SdkLogger> =
        LazyLock::new(|| SdkLoggerProvider::builder().build().logger(""));
    BLANK.create_log_record()
}

/// Copies a record with another body and other attributes: those it has cannot be taken away.
pub(super) fn copy(
    record: &SdkLogRecord,
    body: Option<AnyValue>,
    attributes: impl Iterator<Item = (Key, AnyValue)>,
) -> SdkLogRecord {
    let mut copy = without_content(record);
    if let Some(body) = body {
        copy.set_body(body);
    }
    copy.add_attributes(attributes);
    copy
}

/// Copies a record without its body and its attributes.
pub(super) fn without_content(record: &SdkLogRecord) -> SdkLogRecord {
    let mut copy = blank();
    if let Some(name) = record.event_name() {
        copy.set_event_name(name);
    }
    if let Some(target) = record.target() {
        copy.set_target(target.clone());
    }
    if let Some(time) = record.timestamp() {
        copy.set_timestamp(time);
    }
    if let Some(time) = record.observed_timestamp() {
        copy.set_observed_timestamp(time);
    }
    if let Some(severity) = record.severity_number() {
        copy.set_severity_number(severity);
    }
    if let Some(severity) = record.severity_text() {
        copy.set_severity_text(severity);
    }
    if let Some(span) = record.trace_context() {
        copy.set_trace_context(span.trace_id, span.span_id, span.trace_flags);
    }
    copy
}
