//! What is captured of the content of calls, as it leaves through the gate. The choice is that of the
//! process, so these tests have one of their own: everything is allowed, and each call lowers it.

mod by_hand;
mod calls;
mod limits;
mod retrieval;

use std::sync::OnceLock;

use llm_trace::{Capture, ContentOn, Gate, set_capture, set_logger_provider};
use opentelemetry::logs::AnyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLogRecord, SdkLoggerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

/// Runs a call, and returns the span that it exports.
fn span_of<T>(call: impl FnOnce() -> T) -> SpanData {
    logs();
    let exporter = InMemorySpanExporter::default();
    let gate = Gate::new().with_capture(Capture::Full);
    let provider =
        SdkTracerProvider::builder().with_simple_exporter(gate.before(exporter.clone())).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), call);
    let mut spans = exporter.get_finished_spans().unwrap();
    assert_eq!(spans.len(), 1, "{spans:#?}");
    spans.remove(0)
}

/// The log records of all calls of this process.
fn logs() -> &'static InMemoryLogExporter {
    static LOGS: OnceLock<InMemoryLogExporter> = OnceLock::new();
    LOGS.get_or_init(|| {
        set_capture(Capture::Full, ContentOn::SpansAndEvents);
        let exporter = InMemoryLogExporter::default();
        let gate = Gate::new().with_capture(Capture::Full);
        let provider = SdkLoggerProvider::builder()
            .with_simple_exporter(gate.before(exporter.clone()))
            .build();
        set_logger_provider(&provider);
        // It flushes when it is dropped, and its exporter ends.
        std::mem::forget(provider);
        exporter
    })
}

/// The log record of a span.
fn log_of(span: &SpanData) -> SdkLogRecord {
    let all = logs().get_emitted_logs().unwrap();
    let of_span = all.into_iter().find(|log| {
        let context = log.record.trace_context();
        context.is_some_and(|context| context.span_id == span.span_context.span_id())
    });
    of_span.expect("a log record").record
}

fn text(span: &SpanData, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == key);
    found.map(|it| it.value.as_str().into_owned())
}

/// An attribute that is JSON.
fn json(span: &SpanData, key: &str) -> Value {
    let text = text(span, key).unwrap_or_else(|| panic!("no `{key}` in {:#?}", span.attributes));
    serde_json::from_str(&text).unwrap()
}

/// An attribute of a log record, as JSON.
fn structured(log: &SdkLogRecord, key: &str) -> Value {
    let found = log.attributes_iter().find(|(known, _)| known.as_str() == key);
    plain(&found.unwrap_or_else(|| panic!("no `{key}` in {log:#?}")).1)
}

fn plain(value: &AnyValue) -> Value {
    match value {
        AnyValue::Int(number) => (*number).into(),
        AnyValue::Double(number) => (*number).into(),
        AnyValue::Boolean(flag) => (*flag).into(),
        AnyValue::String(text) => text.as_str().into(),
        AnyValue::ListAny(items) => items.iter().map(plain).collect(),
        AnyValue::Map(fields) => {
            fields.iter().map(|(key, value)| (key.as_str().to_owned(), plain(value))).collect()
        }
        _ => Value::Null,
    }
}
