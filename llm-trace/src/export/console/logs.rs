//! Owns [`LogLines`]: each log record as a line on stderr, when it is made.

use std::io::Write;
use std::time::{Duration, SystemTime};

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use super::number;
use super::pen::{GAP, Pen};
use super::style::{Paint, Style};
use crate::export::gate::Gate;

/// How many characters of a value are shown.
const VALUE: usize = 120;
const LEVEL: usize = 5;
/// How much of a trace id tells traces apart.
const TRACE: usize = 8;

/// Prints what the gate lets through of log records.
#[derive(Debug)]
pub(crate) struct LogLines {
    gate: Gate,
    style: Style,
}

impl LogLines {
    /// Returns a processor that prints to stderr.
    pub(crate) fn stderr(gate: Gate) -> Self {
        Self { gate, style: Style::of_stderr() }
    }

    fn line(&self, record: &SdkLogRecord) -> String {
        let style = &self.style;
        let mut pen = Pen::new(style);
        let time = record.timestamp().or(record.observed_timestamp());
        pen.put(Paint::Dim, &number::time_of_day(time.unwrap_or_else(SystemTime::now)));
        pen.skip(1);
        let level = record.severity_text().unwrap_or("-");
        let paint = match record.severity_number() {
            Some(severity) if severity >= Severity::Error => Paint::Failure,
            Some(severity) if severity >= Severity::Warn => Paint::Warning,
            _ => Paint::Plain,
        };
        pen.put_left(paint, &style.clean(level, VALUE), LEVEL);
        pen.skip(1);
        let name = record.event_name().filter(|name| !name.is_empty());
        let name = name.or(record.target().map(AsRef::as_ref)).unwrap_or_default();
        pen.put(Paint::Dim, &style.clean(name, VALUE));
        if let Some(body) = record.body() {
            pen.skip(GAP);
            pen.put(Paint::Plain, &style.clean(&text(body), VALUE));
        }
        for (key, value) in record.attributes_iter() {
            pen.skip(GAP);
            let key = style.clean(key.as_str(), VALUE);
            pen.put(Paint::Dim, &format!("{key}={}", style.clean(&text(value), VALUE)));
        }
        if let Some(context) = record.trace_context() {
            pen.skip(GAP);
            let id = context.trace_id.to_string();
            pen.put(Paint::Dim, &format!("trace {}", id.get(..TRACE).unwrap_or_default()));
        }
        pen.end_line();
        pen.finish()
    }
}

impl LogProcessor for LogLines {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        let line = self.line(&self.gate.log(record).0);
        // Nobody is there to hear that it failed.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Returns a value in words.
fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::String(text) => text.as_str().to_owned(),
        AnyValue::Int(number) => number.to_string(),
        AnyValue::Double(number) => number.to_string(),
        AnyValue::Boolean(is_true) => is_true.to_string(),
        AnyValue::Bytes(bytes) => format!("{} bytes", bytes.len()),
        AnyValue::ListAny(list) => {
            let items: Vec<_> = list.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        AnyValue::Map(map) => {
            let mut items: Vec<_> =
                map.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect();
            items.sort();
            format!("{{{}}}", items.join(", "))
        }
        _ => "?".to_owned(),
    }
}
