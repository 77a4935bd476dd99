//! Owns what a [`Builder`] says of the exporters: which there are, and how much they take.

use std::path::PathBuf;
use std::time::Duration;

use super::Builder;
use crate::config::{Batching, Exporter, HistogramAggregation, Limits, Temporality};

/// Exporters, queues, limits, and how metrics are gathered.
impl Builder {
    /// Sets where traces go: to several places, one, or none.
    ///
    /// ```
    /// use llm_trace::{Builder, Exporter};
    ///
    /// let parts = Builder::new()
    ///     .with_traces_exporters([Exporter::Otlp, Exporter::Console])
    ///     .with_metrics_exporters([])
    ///     .build()?;
    /// assert!(parts.tracer_provider().is_some() && parts.meter_provider().is_none());
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    ///
    /// Defaults to `OTEL_TRACES_EXPORTER`, then to OTLP if there is an endpoint, else to the
    /// console tree.
    pub fn with_traces_exporters(mut self, exporters: impl IntoIterator<Item = Exporter>) -> Self {
        self.settings.traces_exporters = Some(exporters.into_iter().collect());
        self
    }

    /// Sets where metrics go. [`Exporter::Console`] prints them on stderr, once in an interval and at
    /// the end.
    ///
    /// Defaults to `OTEL_METRICS_EXPORTER`, then to OTLP if there is an endpoint.
    pub fn with_metrics_exporters(mut self, exporters: impl IntoIterator<Item = Exporter>) -> Self {
        self.settings.metrics_exporters = Some(exporters.into_iter().collect());
        self
    }

    /// Sets where logs go. [`Exporter::Console`] prints a line on stderr for each record that would
    /// be exported, beside what the text log shows there.
    ///
    /// Defaults to `OTEL_LOGS_EXPORTER`, then to OTLP if there is an endpoint.
    pub fn with_logs_exporters(mut self, exporters: impl IntoIterator<Item = Exporter>) -> Self {
        self.settings.logs_exporters = Some(exporters.into_iter().collect());
        self
    }

    /// Sets whether finished traces are drawn on stderr, whatever else becomes of them. Needs the
    /// feature `console`.
    ///
    /// Defaults to `OTEL_TRACES_EXPORTER`, then to `true` unless there is an OTLP receiver.
    pub fn with_console(mut self, console: bool) -> Self {
        self.settings.console = Some(console);
        self
    }

    /// Sets a file to which every signal is appended, whatever else becomes of it: one request of
    /// OTLP in JSON per line, as a collector reads and writes them. Needs the feature `otlp-json`.
    ///
    /// Defaults to `LLM_TRACE_JSON_FILE`, then to no file.
    pub fn with_json_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.json_file = Some(path.into());
        self
    }

    /// Sets how spans wait to be exported.
    ///
    /// Defaults to `OTEL_BSP_MAX_QUEUE_SIZE` and its like.
    pub fn with_span_batching(mut self, batching: Batching) -> Self {
        self.settings.span_batching = batching;
        self
    }

    /// Sets how log records wait to be exported.
    ///
    /// Defaults to `OTEL_BLRP_MAX_QUEUE_SIZE` and its like.
    pub fn with_log_batching(mut self, batching: Batching) -> Self {
        self.settings.log_batching = batching;
        self
    }

    /// Sets how much a span may say.
    ///
    /// Defaults to `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT` and its like.
    pub fn with_span_limits(mut self, limits: Limits) -> Self {
        self.settings.span_limits = limits;
        self
    }

    /// Sets how much a log record may say.
    ///
    /// Defaults to `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT` and its like.
    pub fn with_log_limits(mut self, limits: Limits) -> Self {
        self.settings.log_limits = limits;
        self
    }

    /// Sets how often metrics are exported.
    ///
    /// Defaults to `OTEL_METRIC_EXPORT_INTERVAL`, then to one minute.
    pub fn with_metric_interval(mut self, interval: Duration) -> Self {
        self.settings.metrics.interval = Some(interval);
        self
    }

    /// Sets how long one export of metrics may take, if that is less than the timeout of the
    /// receiver.
    ///
    /// Defaults to `OTEL_METRIC_EXPORT_TIMEOUT`.
    pub fn with_metric_timeout(mut self, timeout: Duration) -> Self {
        self.settings.metrics.timeout = Some(timeout);
        self
    }

    /// Sets what the counts of exported metrics start from.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, then to
    /// [`Temporality::Cumulative`].
    pub fn with_temporality(mut self, temporality: Temporality) -> Self {
        self.settings.metrics.temporality = Some(temporality);
        self
    }

    /// Sets what histograms are exported as.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`, then to
    /// [`HistogramAggregation::ExplicitBuckets`].
    pub fn with_histogram_aggregation(mut self, aggregation: HistogramAggregation) -> Self {
        self.settings.metrics.histograms = Some(aggregation);
        self
    }

    /// Sets where Prometheus finds the metrics, whatever else becomes of them: `/metrics` at this
    /// host and port. Port 0 takes any. Needs the feature `prometheus`.
    ///
    /// Defaults to `OTEL_EXPORTER_PROMETHEUS_HOST` and `OTEL_EXPORTER_PROMETHEUS_PORT` if
    /// `OTEL_METRICS_EXPORTER` lists `prometheus`, which are `localhost` and 9464 by default.
    pub fn with_prometheus(mut self, host: impl Into<String>, port: u16) -> Self {
        self.settings.metrics.prometheus = Some((host.into(), port));
        self
    }

    /// Keeps the metrics for Prometheus without an endpoint, for a router of your own: see
    /// `Guard::prometheus`. Needs the feature `prometheus`.
    ///
    /// Defaults to `false`. No variable.
    pub fn with_prometheus_text(mut self) -> Self {
        self.settings.metrics.prometheus_text = true;
        self
    }
}
