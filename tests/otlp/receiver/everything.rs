//! Owns [`Everything`]: what was received.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::protocol;

/// All that was received.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Everything {
    traces: Vec<ExportTraceServiceRequest>,
    metrics: Vec<ExportMetricsServiceRequest>,
    logs: Vec<ExportLogsServiceRequest>,
    span_ids: BTreeSet<Vec<u8>>,
    /// The bodies as they came, without compression.
    pub bytes: Vec<u8>,
    /// The `x-key` of each request.
    pub keys: Vec<String>,
    /// Content type and content encoding of each request.
    pub forms: Vec<(String, String)>,
    /// The path of each request that was refused.
    pub refused: Vec<String>,
    /// What is wrong with what came.
    pub violations: Vec<String>,
}

/// What a request is of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    Logs,
    Metrics,
    Traces,
}

impl Everything {
    /// What a file of requests holds, one per line.
    pub fn of_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut everything = Self::default();
        for line in lines {
            everything.bytes.extend_from_slice(line.as_bytes());
            let signal = if line.starts_with("{\"resourceSpans\"") {
                Signal::Traces
            } else if line.starts_with("{\"resourceMetrics\"") {
                Signal::Metrics
            } else {
                Signal::Logs
            };
            // What is wrong with it is a violation.
            let _ = everything.take(signal, true, line.as_bytes());
        }
        everything
    }

    /// Every span.
    #[must_use]
    pub fn spans(&self) -> Vec<&Span> {
        let resources = self.traces.iter().flat_map(|request| &request.resource_spans);
        resources
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| &scope.spans)
            .collect()
    }

    /// Every metric of every request.
    #[must_use]
    pub fn metrics(&self) -> Vec<&Metric> {
        let resources = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        resources
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .collect()
    }

    /// Every log record.
    #[must_use]
    pub fn logs(&self) -> Vec<&LogRecord> {
        let resources = self.logs.iter().flat_map(|request| &request.resource_logs);
        resources
            .flat_map(|resource| &resource.scope_logs)
            .flat_map(|scope| &scope.log_records)
            .collect()
    }

    /// The resource of every signal.
    #[must_use]
    pub fn resources(&self) -> Vec<&Resource> {
        let traces = self.traces.iter().flat_map(|request| &request.resource_spans);
        let metrics = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        let logs = self.logs.iter().flat_map(|request| &request.resource_logs);
        traces
            .filter_map(|signal| signal.resource.as_ref())
            .chain(metrics.filter_map(|signal| signal.resource.as_ref()))
            .chain(logs.filter_map(|signal| signal.resource.as_ref()))
            .collect()
    }

    /// The scope of spans and metrics.
    #[must_use]
    pub fn scopes(&self) -> Vec<&InstrumentationScope> {
        let traces = self.traces.iter().flat_map(|request| &request.resource_spans);
        let traces = traces.flat_map(|resource| &resource.scope_spans);
        let metrics = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        let metrics = metrics.flat_map(|resource| &resource.scope_metrics);
        let logs = self.logs.iter().flat_map(|request| &request.resource_logs);
        let logs = logs.flat_map(|resource| &resource.scope_logs);
        traces
            .filter_map(|signal| signal.scope.as_ref())
            .chain(metrics.filter_map(|signal| signal.scope.as_ref()))
            .chain(logs.filter_map(|signal| signal.scope.as_ref()))
            .collect()
    }

    /// The name of the scope of each list of log records.
    #[must_use]
    pub fn log_scopes(&self) -> Vec<&str> {
        let resources = self.logs.iter().flat_map(|request| &request.resource_logs);
        let scopes = resources.flat_map(|resource| &resource.scope_logs);
        scopes.filter_map(|scope| Some(scope.scope.as_ref()?.name.as_str())).collect()
    }

    /// Whether `text` is anywhere in what was received.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    /// Takes note of a request, before anything is made of it.
    pub(crate) fn arrived(&mut self, headers: &HeaderMap, body: &[u8]) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        self.keys.extend(text("x-key").map(str::to_owned));
        let form = |name| text(name).unwrap_or_default().to_owned();
        let is_grpc = text("content-type") == Some("application/grpc");
        let encoding = if is_grpc { "grpc-encoding" } else { "content-encoding" };
        self.forms.push((form("content-type"), form(encoding)));
        self.bytes.extend_from_slice(body);
    }

    /// Keeps a request, and what is wrong with it; fails if it is not one.
    pub(crate) fn take(
        &mut self,
        signal: Signal,
        is_json: bool,
        body: &[u8],
    ) -> Result<(), String> {
        let found = &mut self.violations;
        match signal {
            Signal::Logs => {
                let request: ExportLogsServiceRequest = protocol::decode(is_json, body, found)?;
                request.resource_logs.iter().for_each(|it| protocol::logs(it, found));
                self.logs.push(request);
            }
            Signal::Metrics => {
                let request: ExportMetricsServiceRequest = protocol::decode(is_json, body, found)?;
                request.resource_metrics.iter().for_each(|it| protocol::metrics(it, found));
                self.metrics.push(request);
            }
            Signal::Traces => {
                let request: ExportTraceServiceRequest = protocol::decode(is_json, body, found)?;
                for resource in &request.resource_spans {
                    protocol::spans(resource, found);
                    for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
                        if !self.span_ids.insert(span.span_id.clone()) {
                            found.push(format!("span `{}`: it came twice", span.name));
                        }
                    }
                }
                self.traces.push(request);
            }
        }
        Ok(())
    }
}

/// The value of an attribute; fails if the key is there twice.
#[must_use]
pub fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let mut found = attributes.iter().filter(|attribute| attribute.key == key);
    let value = found.next().and_then(|attribute| attribute.value.as_ref()?.value.as_ref());
    assert!(found.next().is_none(), "`{key}` came twice");
    value
}
