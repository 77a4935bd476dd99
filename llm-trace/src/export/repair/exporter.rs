//! Owns [`Repaired`]: an exporter that gets the spans of other libraries put right.

use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::repair;
use crate::metrics;

/// An exporter before which the generative-AI spans of other libraries are repaired: those of Rig,
/// of genai with its feature `otel`, of any that writes `gen_ai.*` attributes.
///
/// For programs that annotate nothing, or that set up OpenTelemetry themselves:
/// `init` and `Builder` repair without it. A span that was repaired
/// before passes unchanged, and so do spans that are none of these.
///
/// - Token counts are integers, finish reasons a list, and every key is there once.
/// - The name is `chat gpt-4o`, `invoke_agent calc` or `execute_tool add`, and a call of a model is
///   of the kind CLIENT.
/// - Attributes, operations and providers have the names that the conventions give them now.
/// - A tool call that failed has the status error and an `error.type`.
/// - A call of a model has its cost, or the reason why there is none.
/// - What an agent says of its usage is `llm_trace.total.*`, so that a sum over a trace counts
///   everything once.
/// - Rig's own book-keeping is left out, and the events in which it logs what it sends and receives.
///
/// ```
/// use llm_trace::Repaired;
/// use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
/// use tracing_subscriber::layer::SubscriberExt;
/// # use llm_trace::opentelemetry::{Value, trace::{SpanKind, TracerProvider}};
///
/// let exporter = InMemorySpanExporter::default();
/// let provider = SdkTracerProvider::builder()
///     .with_simple_exporter(Repaired::new(exporter.clone()))
///     .build();
/// let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("app"));
/// tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
///     // As a library such as Rig does it: numbers without a sign become strings.
///     tracing::info_span!(
///         "chat",
///         gen_ai.operation.name = "chat",
///         gen_ai.request.model = "gpt-4o",
///         gen_ai.usage.input_tokens = 12_u64,
///     )
///     .in_scope(|| {});
/// });
///
/// let span = exporter.get_finished_spans()?.remove(0);
/// assert_eq!((&*span.name, span.span_kind), ("chat gpt-4o", SpanKind::Client));
/// let tokens = span.attributes.iter().find(|it| it.key.as_str() == "gen_ai.usage.input_tokens");
/// assert_eq!(tokens.unwrap().value, Value::I64(12));
/// # Ok::<(), opentelemetry_sdk::error::OTelSdkError>(())
/// ```
#[derive(Debug)]
pub struct Repaired<E> {
    exporter: E,
    has_metrics: bool,
}

impl<E> Repaired<E> {
    /// Repairs what goes to an exporter.
    pub fn new(exporter: E) -> Self {
        Self { exporter, has_metrics: false }
    }

    /// Sets whether the calls of other libraries are measured as their spans are exported, with the
    /// global meter provider.
    ///
    /// For programs without [`layer`](crate::layer), which measures them too, and those as well
    /// that are not sampled. Defaults to `false`. No variable.
    #[must_use]
    pub fn with_metrics(mut self, metrics: bool) -> Self {
        self.has_metrics = metrics;
        self
    }
}

impl<E: SpanExporter> SpanExporter for Repaired<E> {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        for span in &mut batch {
            if let Some(record) = repair(span).filter(|_| self.has_metrics) {
                metrics::record(&record);
            }
        }
        self.exporter.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
