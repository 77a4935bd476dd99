//! Captures what one test exports, without touching the globals that other tests share.

use std::sync::{Arc, Mutex};

use opentelemetry::Context;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    Sampler, SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor,
};
use tracing::{Dispatch, Instrument as _};
use tracing_subscriber::layer::SubscriberExt;

pub(crate) use crate::attributes::{attribute, text};

/// Collects the spans of one test.
#[derive(Clone)]
pub(crate) struct Capture {
    spans: Arc<Mutex<Vec<SpanData>>>,
    provider: SdkTracerProvider,
    dispatch: Dispatch,
}

impl Capture {
    /// A user's own `tracing-opentelemetry` layer, as its documentation sets it up.
    pub(crate) fn new() -> Self {
        Self::with_sampler(Sampler::AlwaysOn)
    }

    pub(crate) fn with_sampler(sampler: Sampler) -> Self {
        let spans = Arc::default();
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler)
            .with_span_processor(Collect(Arc::clone(&spans)))
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
        Self { spans, provider, dispatch }
    }

    /// A tracer for another layer that exports here.
    pub(crate) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("tests")
    }

    /// Runs `body` on this thread with the subscriber of this capture.
    pub(crate) fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, body)
    }

    /// Runs a future to its end on a current-thread runtime with the subscriber of this capture.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        self.run(|| runtime.block_on(future))
    }

    pub(crate) fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }

    /// Everything exported so far, in the order in which it ended.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.spans.lock().unwrap().clone()
    }

    /// The one span that was exported.
    pub(crate) fn span(&self) -> SpanData {
        let mut spans = self.spans();
        assert_eq!(spans.len(), 1, "exported: {spans:#?}");
        spans.remove(0)
    }
}

/// Runs `body` in a span that another library made.
pub(crate) fn inside<T>(name: &str, body: impl FnOnce() -> T) -> T {
    tracing::info_span!("other", otel.name = name).in_scope(body)
}

/// Runs a future in a span that another library made.
pub(crate) fn around<F: Future>(name: &str, future: F) -> impl Future<Output = F::Output> {
    future.instrument(tracing::info_span!("other", otel.name = name))
}

/// Collects spans as they end.
#[derive(Debug)]
pub(crate) struct Collect(pub(crate) Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Collect {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}
