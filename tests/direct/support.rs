//! Tells apart what tests export that run at the same time in one process, whose one tracer provider
//! `init` has joined.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use llm_trace::Builder;
use opentelemetry::trace::{
    FutureExt as _, Link, SpanKind, TraceContextExt as _, TraceId, Tracer as _,
};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    Sampler, SamplingResult, SdkTracerProvider, ShouldSample, Span, SpanData, SpanProcessor,
};
use tracing::Level;

pub(crate) use crate::attributes::{attribute, text};

/// What the traces of each capture are, and what has ended.
#[derive(Default)]
struct Exported {
    traces: HashMap<TraceId, usize>,
    ended: Vec<(usize, SpanData)>,
}

static EXPORTED: LazyLock<Mutex<Exported>> = LazyLock::new(Mutex::default);
static CAPTURES: AtomicUsize = AtomicUsize::new(0);

/// Sets the program up once: a text log that is nobody's business, a tracer provider, and `init`.
static SET_UP: LazyLock<()> = LazyLock::new(|| {
    tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(std::io::sink).init();
    let tracer_provider =
        SdkTracerProvider::builder().with_sampler(ByCapture).with_span_processor(Collect).build();
    global::set_tracer_provider(tracer_provider);
    std::mem::forget(Builder::new().install().unwrap());
});

/// Collects the spans of one test.
#[derive(Clone)]
pub(crate) struct Capture {
    context: Context,
    number: usize,
}

/// What the context of a capture carries, and every context made of it.
struct Of {
    number: usize,
    sampler: Sampler,
}

impl Capture {
    pub(crate) fn new() -> Self {
        Self::with_sampler(Sampler::AlwaysOn)
    }

    pub(crate) fn with_sampler(sampler: Sampler) -> Self {
        LazyLock::force(&SET_UP);
        let number = CAPTURES.fetch_add(1, Ordering::Relaxed);
        Self { context: Context::new().with_value(Of { number, sampler }), number }
    }

    /// Runs `body` on this thread as a part of this capture.
    pub(crate) fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let _attached = self.context.clone().attach();
        body()
    }

    /// Runs a future to its end on a current-thread runtime as a part of this capture.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        self.run(|| runtime.block_on(future))
    }

    /// Everything exported so far, in the order in which it ended.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        let exported = EXPORTED.lock().unwrap();
        let own = exported.ended.iter().filter(|(number, _)| *number == self.number);
        own.map(|(_, span)| span.clone()).collect()
    }

    /// The one span that was exported.
    pub(crate) fn span(&self) -> SpanData {
        let mut spans = self.spans();
        assert_eq!(spans.len(), 1, "exported: {spans:#?}");
        spans.remove(0)
    }
}

/// Runs `body` in a span that another library made.
pub(crate) fn inside<T>(name: &'static str, body: impl FnOnce() -> T) -> T {
    global::tracer("other").in_span(name, |_| body())
}

/// Runs a future in a span that another library made.
pub(crate) fn around<F: Future>(name: &'static str, future: F) -> impl Future<Output = F::Output> {
    future.with_context(Context::current_with_span(global::tracer("other").start(name)))
}

/// Samples as the capture says that a span is made in.
#[derive(Clone, Debug)]
struct ByCapture;

impl ShouldSample for ByCapture {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let of = parent.and_then(|parent| parent.get::<Of>());
        let sampler = of.map_or(&Sampler::AlwaysOn, |of| &of.sampler);
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Collects spans as they end.
#[derive(Debug)]
struct Collect;

impl SpanProcessor for Collect {
    fn on_start(&self, span: &mut Span, parent: &Context) {
        if let Some(of) = parent.get::<Of>() {
            let trace = opentelemetry::trace::Span::span_context(span).trace_id();
            EXPORTED.lock().unwrap().traces.insert(trace, of.number);
        }
    }

    fn on_end(&self, span: SpanData) {
        let mut exported = EXPORTED.lock().unwrap();
        if let Some(number) = exported.traces.get(&span.span_context.trace_id()).copied() {
            exported.ended.push((number, span));
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}
