//! Owns the events that are log records of their own, such as that of a failed call. Ordinary
//! `tracing` events are none of its business: a layer turns those into records.
//!
//! They go to the logger of the current subscriber, if that has one, else to the global one, which
//! is kept here: OpenTelemetry has none.

mod event;
#[cfg(feature = "testing")]
mod scoped;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::logs::{LogRecord, Logger, LoggerProvider};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry::{Context, InstrumentationScope};

use crate::content::screen;
use crate::record::Record;
use crate::semconv;

pub(crate) use event::Event;
#[cfg(feature = "testing")]
pub(crate) use scoped::Scoped;

type Sink = Arc<dyn Emit + Send + Sync>;

static GLOBAL: RwLock<Option<Sink>> = RwLock::new(None);

/// Whether [`GLOBAL`] is set: without it, a call pays for one load.
static IS_SET: AtomicBool = AtomicBool::new(false);

/// Sends the events of calls, such as that of a failed one, to a logger provider of your own.
///
/// `init()` and `Parts::set_globals` set one themselves, unless logs are off or you have set yours
/// before. The last one that is set here is the one that counts. What it gets of content that is
/// captured was redacted before, on the thread of the call.
///
/// ```
/// use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
///
/// #[llm_trace::llm_span(model = "gpt-4o", provider = "openai")]
/// fn chat() -> Result<(), std::fmt::Error> {
///     Err(std::fmt::Error)
/// }
///
/// let exporter = InMemoryLogExporter::default();
/// let provider = SdkLoggerProvider::builder().with_simple_exporter(exporter.clone()).build();
/// llm_trace::set_logger_provider(&provider);
///
/// chat().unwrap_err();
/// let [log] = &exporter.get_emitted_logs().unwrap()[..] else { panic!("one record") };
/// assert_eq!(log.record.event_name(), Some("gen_ai.client.operation.exception"));
/// ```
pub fn set_logger_provider<P>(provider: &P)
where
    P: LoggerProvider<Logger: Send + Sync + 'static>,
{
    screen::events_are_theirs();
    install(provider);
}

/// Does the same for a provider before whose exporters the gate stands.
pub(crate) fn install<P>(provider: &P)
where
    P: LoggerProvider<Logger: Send + Sync + 'static>,
{
    *GLOBAL.write().unwrap_or_else(PoisonError::into_inner) = Some(sink(provider));
    IS_SET.store(true, Ordering::Release);
}

/// Returns whether events are heard.
pub(crate) fn is_enabled() -> bool {
    #[cfg(feature = "testing")]
    if scoped::is_current() {
        return true;
    }
    IS_SET.load(Ordering::Acquire)
}

/// Emits an event, as one that happened in a span.
pub(crate) fn emit(event: Event, span: Option<&SpanContext>) {
    #[cfg(feature = "testing")]
    let Some(event) = scoped::emit(event, span) else { return };
    let sink = GLOBAL.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(sink) = sink {
        sink.emit(event, span);
    }
}

/// Emits the event of a failed call, in its span, sampled or not. It is that of the call to the
/// provider, and not once more of the agent around it.
pub(crate) fn failed(record: &Record, context: Option<&Context>) {
    if record.outcome.is_failure() && record.is_client() && is_enabled() {
        let span = context.map(|context| context.span().span_context().clone());
        emit(Event::of_failure(record), span.as_ref());
    }
}

/// A logger, whatever its type.
trait Emit {
    fn emit(&self, event: Event, span: Option<&SpanContext>);
}

impl<L: Logger> Emit for L {
    fn emit(&self, event: Event, span: Option<&SpanContext>) {
        let mut record = self.create_log_record();
        record.set_event_name(event.name);
        record.set_severity_number(event.severity);
        record.set_severity_text(event.severity.name());
        record.set_timestamp(opentelemetry::time::now());
        record.add_attributes(event.attributes);
        if let Some(span) = span {
            record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        }
        Logger::emit(self, record);
    }
}

fn sink<P>(provider: &P) -> Sink
where
    P: LoggerProvider<Logger: Send + Sync + 'static>,
{
    let scope = InstrumentationScope::builder(semconv::SCOPE)
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(semconv::SCHEMA_URL)
        .build();
    Arc::new(provider.logger_with_scope(scope))
}
