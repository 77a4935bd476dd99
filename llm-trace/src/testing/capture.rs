//! Owns [`Capture`]: what one test exports, apart from every other test of the process.

use std::future::Future;
use std::sync::Arc;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanProcessor};
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;

use super::collect::{Collect, Counted, Spans, fix_clock};
use super::log::{CapturedLog, Logs};
use super::metric::{CapturedMetric, Measured};
use super::scope::{self, Entered, InScope};
use super::span::CapturedSpan;
use super::tree::SpanTree;
use crate::export::records::Records;
use crate::init::bridge;
use crate::layer::Harvest;
use crate::logs;
use crate::metrics;
use crate::semconv;

/// Collects the spans, metrics and logs of one test. A clone collects into the same place.
///
/// ```
/// use llm_trace::{llm_span, testing::capture};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// async fn chat(prompt: &str) -> Result<String, std::fmt::Error> {
///     Err(std::fmt::Error)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = capture();
/// capture.scope(chat("hi")).await.unwrap_err();
///
/// assert_eq!(capture.span().fact("error").unwrap().as_str(), "core::fmt::Error");
/// assert_eq!(capture.metrics()[0].name, "gen_ai.client.operation.duration");
/// assert_eq!(capture.logs()[0].name, Some("gen_ai.client.operation.exception"));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Capture {
    spans: Arc<Spans>,
    measured: Measured,
    logs: Logs,
    meter_provider: SdkMeterProvider,
    dispatch: Dispatch,
    is_fixed: bool,
}

/// Returns a new capture, with a subscriber and providers of its own: no global is touched.
#[must_use]
pub fn capture() -> Capture {
    Capture::new(false)
}

/// Returns a capture whose ids are counted from 1, and whose clock starts with the Unix epoch and
/// ticks one millisecond for every start and end of a span, for snapshots of whole spans.
///
/// Measured durations are real ones all the same.
///
/// ```
/// use llm_trace::{llm_span, testing::capture_fixed};
///
/// #[llm_span(tool = "add")]
/// fn add(left: u8, right: u8) -> u8 {
///     left + right
/// }
///
/// let capture = capture_fixed();
/// capture.run(|| add(1, 2));
/// assert_eq!(capture.span().context().span_id().to_string(), "0000000000000001");
/// ```
#[must_use]
pub fn capture_fixed() -> Capture {
    Capture::new(true)
}

impl Capture {
    fn new(is_fixed: bool) -> Self {
        let spans = Arc::<Spans>::default();
        let mut tracer_provider =
            SdkTracerProvider::builder().with_span_processor(Collect(spans.clone()));
        if is_fixed {
            tracer_provider = tracer_provider.with_id_generator(Counted::default());
        }
        let scope = InstrumentationScope::builder(semconv::SCOPE)
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(semconv::SCHEMA_URL)
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer_provider.build().tracer_with_scope(scope))
            .with_level(false)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);

        let measured = Measured::default();
        let reader = PeriodicReader::builder(measured.clone()).build();
        let meter_provider = SdkMeterProvider::builder().with_reader(reader).build();
        let logs = Logs::default();
        let mut records = Records::default();
        records.add(logs.clone());
        let logger_provider = SdkLoggerProvider::builder().with_log_processor(records).build();
        let subscriber = tracing_subscriber::registry()
            .with(layer)
            .with(bridge::layer(&logger_provider, bridge::everything()))
            .with(logs::Scoped::new(&logger_provider))
            .with(metrics::Scoped::new(Arc::new(meter_provider.clone())))
            .with(Harvest::default());
        let dispatch = Dispatch::new(subscriber);
        Self { spans, measured, logs, meter_provider, dispatch, is_fixed }
    }

    /// Runs code on this thread inside the capture.
    pub fn run<T>(&self, code: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, code)
    }

    /// Returns a future that runs inside the capture, on whichever thread it is polled.
    ///
    /// A task that it spawns is on its own, as [`testing`](crate::testing#code-that-spawns) says.
    pub fn scope<F: Future>(&self, future: F) -> InScope<F> {
        InScope::new(future, self.dispatch.clone())
    }

    /// Makes the capture current on this thread, until what it returns is dropped. With a runtime
    /// that lives on this thread, as that of `#[tokio::test]` does, spawned tasks are inside too.
    pub fn enter(&self) -> Entered {
        Entered::new(&self.dispatch)
    }

    /// Makes the capture current on this thread for the rest of the thread's life: what the
    /// `on_thread_start` of a runtime with many threads calls.
    pub fn attach(&self) {
        scope::attach(&self.dispatch);
    }

    /// Returns a processor that collects the spans of another set-up into this capture, beside
    /// where they go otherwise, by `Builder::with_span_processor`.
    ///
    /// ```
    /// let capture = llm_trace::testing::capture();
    /// let _guard =
    ///     llm_trace::Builder::new().with_span_processor(capture.span_processor()).install()?;
    /// tracing::info_span!("handle").in_scope(|| {});
    /// llm_trace::assert_trace!(capture, "handle");
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    #[must_use]
    pub fn span_processor(&self) -> impl SpanProcessor + use<> {
        Collect(self.spans.clone())
    }

    /// Returns the subscriber of the capture, for code that passes one on.
    #[must_use]
    pub fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }

    /// Returns the spans that have ended, in the order in which they started.
    #[must_use]
    pub fn spans(&self) -> Vec<CapturedSpan> {
        let mut spans = self.spans.ended();
        if self.is_fixed {
            fix_clock(&mut spans);
        }
        spans.into_iter().map(CapturedSpan).collect()
    }

    /// Returns the one span that has ended.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[must_use]
    #[track_caller]
    pub fn span(&self) -> CapturedSpan {
        let mut spans = self.spans();
        let one = spans.pop().filter(|_| spans.is_empty());
        one.unwrap_or_else(|| panic!("not one span, but this:\n{}", self.tree()))
    }

    /// Returns the names of the spans that have started and not ended.
    #[must_use]
    pub fn open_spans(&self) -> Vec<String> {
        self.spans.open()
    }

    /// Returns the spans as trees, to be compared with a drawing or printed.
    #[must_use]
    pub fn tree(&self) -> SpanTree {
        SpanTree::new(&self.spans(), self.open_spans())
    }

    /// Returns everything measured since the capture was made.
    #[must_use]
    pub fn metrics(&self) -> Vec<CapturedMetric> {
        // The exporter is ours and cannot fail.
        let _ = self.meter_provider.force_flush();
        self.measured.latest()
    }

    /// Returns the log records: the events of failed calls, and every `tracing` event.
    #[must_use]
    pub fn logs(&self) -> Vec<CapturedLog> {
        self.logs.all()
    }

    /// Forgets the spans that have ended, and the log records.
    pub fn clear(&self) {
        self.spans.clear();
        self.logs.clear();
    }
}

/// Layers for no other purpose than to be found.
impl<S: Subscriber> Layer<S> for metrics::Scoped {}
impl<S: Subscriber> Layer<S> for logs::Scoped {}
