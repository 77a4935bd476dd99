//! Owns how metrics are gathered: how often, as what, and where Prometheus finds them.

use std::time::Duration;

use opentelemetry_sdk::metrics;

use super::env::{Env, wrong};
use super::{FOR_EVER, InitError};

const INTERVAL: Duration = Duration::from_secs(60);

/// What a counter or a histogram counts from, by `Builder::with_temporality` or
/// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`. Prometheus always reads cumulative ones.
///
/// Governed by the OpenTelemetry specification, *Metrics Data Model: Temporality*.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Temporality {
    /// From the start of the program.
    #[default]
    Cumulative,
    /// From the last export.
    Delta,
    /// From the last export, where that needs less memory.
    LowMemory,
}

/// What a histogram is exported as, by `Builder::with_histogram_aggregation` or
/// `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum HistogramAggregation {
    /// With buckets that grow exponentially and fit themselves to what is measured.
    Base2Exponential,
    /// With the buckets that the conventions advise.
    #[default]
    ExplicitBuckets,
}

/// What a builder was told of metrics.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) temporality: Option<Temporality>,
    pub(crate) histograms: Option<HistogramAggregation>,
    pub(crate) prometheus: Option<(String, u16)>,
    pub(crate) prometheus_text: bool,
}

/// How metrics are gathered.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    pub(crate) interval: Duration,
    pub(crate) temporality: metrics::Temporality,
    pub(crate) has_exponential_histograms: bool,
    /// Host and port of the endpoint for Prometheus, if there is to be one.
    pub(crate) prometheus: Option<(String, u16)>,
    /// Whether Prometheus' text is to be had, be it without an endpoint.
    pub(crate) has_prometheus_text: bool,
}

impl Said {
    pub(super) fn read(self, prometheus: bool, env: &Env<'_>) -> Result<Metrics, InitError> {
        const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
        const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
        let interval = match self.interval {
            Some(interval) => Some(interval),
            None => env.millis(["OTEL_METRIC_EXPORT_INTERVAL"])?,
        };
        let temporality = match (self.temporality, env.get(TEMPORALITY)) {
            (Some(temporality), _) => temporality,
            (None, None) => Temporality::Cumulative,
            (None, Some(value)) => match value.to_ascii_lowercase().as_str() {
                "cumulative" => Temporality::Cumulative,
                "delta" => Temporality::Delta,
                "lowmemory" => Temporality::LowMemory,
                _ => {
                    let accepted = "`cumulative`, `delta` or `lowmemory`";
                    return Err(wrong(TEMPORALITY, value, accepted));
                }
            },
        };
        let histograms = match (self.histograms, env.get(HISTOGRAMS)) {
            (Some(histograms), _) => histograms,
            (None, None) => HistogramAggregation::ExplicitBuckets,
            (None, Some(value)) => match value.to_ascii_lowercase().as_str() {
                "explicit_bucket_histogram" => HistogramAggregation::ExplicitBuckets,
                "base2_exponential_bucket_histogram" => HistogramAggregation::Base2Exponential,
                _ => {
                    let accepted =
                        "`explicit_bucket_histogram` or `base2_exponential_bucket_histogram`";
                    return Err(wrong(HISTOGRAMS, value, accepted));
                }
            },
        };
        let has_exponential_histograms = histograms == HistogramAggregation::Base2Exponential;
        let has_prometheus_text = self.prometheus_text || self.prometheus.is_some() || prometheus;
        if has_prometheus_text && !cfg!(feature = "prometheus") {
            let (name, value) = ("Builder::with_prometheus", "true".to_owned());
            return Err(InitError::Feature { name, value, feature: "prometheus" });
        }
        if has_prometheus_text && has_exponential_histograms {
            let accepted = "`explicit_bucket_histogram`, all that the text of Prometheus has";
            return Err(wrong(HISTOGRAMS, "base2_exponential_bucket_histogram", accepted));
        }
        Ok(Metrics {
            has_exponential_histograms,
            has_prometheus_text,
            interval: interval.unwrap_or(INTERVAL).min(FOR_EVER),
            temporality: match temporality {
                Temporality::Cumulative => metrics::Temporality::Cumulative,
                Temporality::Delta => metrics::Temporality::Delta,
                Temporality::LowMemory => metrics::Temporality::LowMemory,
            },
            prometheus: self.prometheus(prometheus, env)?,
        })
    }

    /// How long one export may take, if that is said.
    pub(super) fn timeout(&self, env: &Env<'_>) -> Result<Option<Duration>, InitError> {
        match self.timeout {
            Some(timeout) => Ok(Some(timeout)),
            None => env.millis(["OTEL_METRIC_EXPORT_TIMEOUT"]),
        }
    }

    fn prometheus(
        self,
        is_listed: bool,
        env: &Env<'_>,
    ) -> Result<Option<(String, u16)>, InitError> {
        const HOST: &str = "OTEL_EXPORTER_PROMETHEUS_HOST";
        const PORT: &str = "OTEL_EXPORTER_PROMETHEUS_PORT";
        if self.prometheus.is_some() {
            return Ok(self.prometheus);
        }
        let host = env.get(HOST).unwrap_or_else(|| "localhost".to_owned());
        let port = match env.get(PORT) {
            Some(port) => match port.parse() {
                Ok(port) => port,
                Err(_) => return Err(wrong(PORT, port, "a port, such as 9464")),
            },
            None => 9464,
        };
        Ok(is_listed.then_some((host, port)))
    }
}
