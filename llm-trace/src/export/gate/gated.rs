//! Owns [`Gated`]: an exporter before which the gate stands.

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::Gate;
use crate::export::budget::{REQUEST, weight};

/// An exporter that gets nothing but what a [`Gate`] lets through.
///
/// It goes before the exporter of a program that sets up its own pipeline; `init` and
/// `Builder` put it there by themselves.
///
/// ```
/// use llm_trace::Gate;
/// use opentelemetry::trace::{Span, Tracer, TracerProvider};
/// use opentelemetry::KeyValue;
/// use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
///
/// let exporter = InMemorySpanExporter::default();
/// let provider = SdkTracerProvider::builder()
///     .with_simple_exporter(Gate::new().before(exporter.clone()))
///     .build();
/// let mut span = provider.tracer("doc").start("chat");
/// span.set_attribute(KeyValue::new("gen_ai.prompt", "What ails me?"));
/// span.end();
///
/// let spans = exporter.get_finished_spans().unwrap();
/// assert!(spans[0].attributes.iter().all(|it| it.key.as_str() != "gen_ai.prompt"));
/// assert!(spans[0].attributes.contains(&KeyValue::new("llm_trace.closed.input.length", 13)));
/// ```
#[derive(Debug)]
pub struct Gated<E> {
    exporter: E,
    gate: Gate,
}

impl Gate {
    /// Stands before an exporter of spans or of log records.
    ///
    /// Not before one of metrics: the SDK makes what a `PushMetricExporter` gets, and lets nobody
    /// change it or make it anew. What this crate exports of metrics is gated as the request of OTLP, or
    /// the text for Prometheus, that is made of it.
    pub fn before<E>(&self, exporter: E) -> Gated<E> {
        Gated { exporter, gate: self.clone() }
    }
}

impl<E: SpanExporter> SpanExporter for Gated<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        // What receivers refuse as too large goes in several requests.
        let (mut request, mut bytes, mut result) = (Vec::new(), 0, Ok(()));
        for mut span in batch {
            self.gate.span(&mut span);
            let more = weight(&span);
            if bytes + more > REQUEST && !request.is_empty() {
                let exported = self.exporter.export(std::mem::take(&mut request)).await;
                result = result.and(exported);
                bytes = 0;
            }
            bytes += more;
            request.push(span);
        }
        if request.is_empty() {
            return result;
        }
        let exported = self.exporter.export(request).await;
        result.and(exported)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(&self.gate.resource(resource));
    }
}

impl<E: LogExporter> LogExporter for Gated<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let gated: Vec<_> = batch
            .iter()
            .map(|(record, scope)| {
                let gated = self.gate.scope(scope).map_or(Cow::Borrowed(scope), Cow::Owned);
                (self.gate.log(record), gated)
            })
            .collect();
        let (mut request, mut bytes, mut result) = (Vec::new(), 0, Ok(()));
        for ((record, more), scope) in &gated {
            if bytes + more > REQUEST && !request.is_empty() {
                result = result.and(self.exporter.export(LogBatch::new(&request)).await);
                request.clear();
                bytes = 0;
            }
            bytes += more;
            request.push((record, &**scope));
        }
        result.and(self.exporter.export(LogBatch::new(&request)).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(&self.gate.resource(resource));
    }
}
