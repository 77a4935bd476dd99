//! What processors and exporters get that a program adds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use llm_trace::{Builder, Guard, ShutdownError};
use opentelemetry::logs::AnyValue;
use opentelemetry::{Context, Value};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use tracing_subscriber::layer::SubscriberExt;

const SECRET: &str = "gen_ai.input.messages";

/// Runs code with the parts that a builder makes.
fn run(builder: Builder, code: impl FnOnce()) -> Guard {
    let parts = builder.with_console(false).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(parts.layer());
    tracing::subscriber::with_default(subscriber, code);
    parts.guard
}

/// A span as a client makes it, with what was sent.
fn foreign() {
    let span = tracing::info_span!(
        "chat",
        gen_ai.input.messages = "canary",
        note = "to ann@example.com",
        tenant = "acme",
    );
    span.in_scope(|| tracing::info!(prompt = "canary", "canary"));
}

/// Keeps what it gets, and on which thread.
#[derive(Clone, Debug, Default)]
struct Kept {
    spans: Arc<Mutex<Vec<(SpanData, ThreadId)>>>,
    fails: Arc<AtomicBool>,
}

impl Kept {
    fn keep(&self, span: SpanData) {
        self.spans.lock().unwrap().push((span, thread::current().id()));
    }

    /// The one span, of which no secret has arrived, and whether it came from another thread.
    #[track_caller]
    fn gated(&self) -> bool {
        let spans = self.spans.lock().unwrap();
        let [(span, thread)] = &spans[..] else { panic!("{spans:?}") };
        let value = |key: &str| {
            span.attributes.iter().find(|it| it.key.as_str() == key).map(|it| it.value.clone())
        };
        assert_eq!(value(SECRET), None);
        assert_eq!(value("llm_trace.closed.input.length"), Some(Value::I64(6)));
        assert_eq!(value("note"), Some(Value::from("to [REDACTED:email]")));
        assert_eq!(value("tenant"), Some(Value::from("acme")));
        assert!(!format!("{span:?}").contains("canary"), "{span:?}");
        *thread != thread::current().id()
    }
}

impl SpanProcessor for Kept {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.keep(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if self.fails.load(Ordering::Relaxed) {
            return Err(OTelSdkError::InternalFailure("no room".to_owned()));
        }
        for span in batch {
            self.keep(span);
        }
        Ok(())
    }
}

#[test]
fn processors_that_are_added_get_what_the_gate_lets_through() {
    let (first, second) = (Kept::default(), Kept::default());
    let builder =
        Builder::new().with_span_processor(first.clone()).with_span_processor(second.clone());

    let _guard = run(builder, foreign);

    assert!(!first.gated() && !second.gated());
}

#[test]
fn exporters_that_are_added_get_the_same_on_another_thread_and_are_counted() {
    let (first, second) = (Kept::default(), Kept::default());
    second.fails.store(true, Ordering::Relaxed);
    let builder =
        Builder::new().with_span_exporter(first.clone()).with_span_exporter(second.clone());

    let guard = run(builder, foreign);
    // What failed is said.
    let failure = guard.flush().unwrap_err().to_string();
    let expected = "an exporter of spans that the program added: no room";
    assert!(failure.contains(expected), "{failure}");

    assert!(first.gated());
    let stats = guard.stats().span_exporters;
    assert_eq!((stats.exported, stats.failed, stats.queued), (1, 1, 0));
    assert_eq!(guard.stats().traces.exported, 0);
}

/// Holds what it gets until the test is over, and then panics.
#[derive(Debug)]
struct Stuck(Mutex<Receiver<()>>);

impl SpanExporter for Stuck {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        let _ = self.0.lock().unwrap().recv();
        // Without the hook, which would print.
        std::panic::resume_unwind(Box::new(()))
    }
}

#[test]
fn an_exporter_that_hangs_takes_no_time_from_the_others() {
    let (release, over) = mpsc::channel();
    let (before, after) = (Kept::default(), Kept::default());
    let builder = Builder::new()
        .with_flush_timeout(Duration::from_millis(500))
        .with_span_exporter(before.clone())
        .with_span_exporter(Stuck(Mutex::new(over)))
        .with_span_exporter(after.clone());

    let guard = run(builder, foreign);
    let stats = guard.stats_handle();
    let failure = guard.shutdown().unwrap_err();

    assert!(matches!(failure, ShutdownError::Timeout { .. }), "{failure}");
    assert!(before.gated() && after.gated());
    let read = stats.read().span_exporters;
    assert_eq!((read.exported, read.queued), (2, 1));
    drop(release);
}

#[test]
fn an_exporter_that_panics_loses_what_it_had_and_it_is_counted() {
    let (release, over) = mpsc::channel();
    drop(release);
    let guard = run(Builder::new().with_span_exporter(Stuck(Mutex::new(over))), foreign);

    assert!(guard.flush().is_err());

    let stats = guard.stats().span_exporters;
    assert_eq!((stats.failed, stats.queued), (1, 0));
}

/// Keeps the bodies of what it gets.
#[derive(Clone, Debug, Default)]
struct Bodies(Arc<Mutex<Vec<String>>>);

impl LogExporter for Bodies {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let bodies = batch.iter().map(|(record, _)| match record.body() {
            Some(AnyValue::String(text)) => format!("{text} {record:?}"),
            _ => String::new(),
        });
        self.0.lock().unwrap().extend(bodies);
        Ok(())
    }
}

#[test]
fn exporters_of_logs_get_what_the_gate_lets_through_too() {
    let bodies = Bodies::default();

    let guard = run(Builder::new().with_log_exporter(bodies.clone()), foreign);
    guard.flush().unwrap();

    let bodies = bodies.0.lock().unwrap();
    let [body] = &bodies[..] else { panic!("{bodies:?}") };
    assert!(body.starts_with("[closed] ") && !body.contains("canary"), "{body}");
    assert_eq!(guard.stats().log_exporters.exported, 1);
}
