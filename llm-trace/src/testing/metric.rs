//! Owns [`CapturedMetric`]: a metric as it was exported, without the types of the SDK.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;

use super::collect::lock;

/// A metric and everything measured with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CapturedMetric {
    /// The name, as in `gen_ai.client.token.usage`.
    pub name: String,
    /// The unit, as in `{token}`.
    pub unit: String,
    /// What is measured.
    pub description: String,
    /// The kind of instrument.
    pub instrument: Instrument,
    /// Whether whole numbers are measured.
    pub is_integer: bool,
    /// What was measured, one point per set of attributes.
    pub points: Vec<Point>,
}

/// What was measured with one set of attributes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The attributes, sorted by their keys.
    pub attributes: Vec<KeyValue>,
    /// How often a histogram was measured; 1 for every other instrument.
    pub count: u64,
    /// The sum of what a histogram measured, or the value of any other instrument.
    pub sum: f64,
    /// The boundaries of a histogram's buckets.
    pub bounds: Vec<f64>,
}

/// The kind of an instrument.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Instrument {
    /// A sum that never falls.
    Counter,
    /// A histogram without fixed buckets.
    ExponentialHistogram,
    /// A last value.
    Gauge,
    /// A histogram with fixed buckets.
    Histogram,
    /// A sum that may fall.
    UpDownCounter,
}

impl Instrument {
    /// Returns the kind as the registry of the conventions spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::ExponentialHistogram => "exponential_histogram",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::UpDownCounter => "updowncounter",
        }
    }
}

/// Keeps what was exported last, which is everything measured so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured(Arc<Mutex<Vec<CapturedMetric>>>);

impl Measured {
    pub(super) fn latest(&self) -> Vec<CapturedMetric> {
        lock(&self.0).clone()
    }
}

impl PushMetricExporter for Measured {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        // Beside what is measured, the SDK measures itself.
        let scopes = metrics.scope_metrics().filter(|scope| scope.scope().name() != "otel.sdk");
        *lock(&self.0) =
            scopes.flat_map(|scope| scope.metrics().map(CapturedMetric::read)).collect();
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

impl CapturedMetric {
    fn read(metric: &Metric) -> Self {
        // Counts above 2^53 are no matter of a test.
        #[expect(clippy::cast_precision_loss, reason = "a point has one type of sum")]
        let (is_integer, (instrument, points)) = match metric.data() {
            AggregatedMetrics::F64(data) => (false, read(data, |value| value)),
            AggregatedMetrics::I64(data) => (true, read(data, |value| value as f64)),
            AggregatedMetrics::U64(data) => (true, read(data, |value| value as f64)),
        };
        Self {
            name: metric.name().to_owned(),
            unit: metric.unit().to_owned(),
            description: metric.description().to_owned(),
            instrument,
            is_integer,
            points,
        }
    }
}

fn read<T: Copy>(data: &MetricData<T>, number: impl Fn(T) -> f64) -> (Instrument, Vec<Point>) {
    let value = |sum: T| (1, number(sum), Vec::new());
    match data {
        MetricData::Gauge(gauge) => {
            let points = gauge.data_points().map(|it| point(it.attributes(), value(it.value())));
            (Instrument::Gauge, points.collect())
        }
        MetricData::Sum(sum) => {
            let points = sum.data_points().map(|it| point(it.attributes(), value(it.value())));
            let kind =
                if sum.is_monotonic() { Instrument::Counter } else { Instrument::UpDownCounter };
            (kind, points.collect())
        }
        MetricData::Histogram(histogram) => {
            let points = histogram.data_points().map(|it| {
                point(it.attributes(), (it.count(), number(it.sum()), it.bounds().collect()))
            });
            (Instrument::Histogram, points.collect())
        }
        MetricData::ExponentialHistogram(histogram) => {
            let points = histogram.data_points().map(|it| {
                point(it.attributes(), (it.count() as u64, number(it.sum()), Vec::new()))
            });
            (Instrument::ExponentialHistogram, points.collect())
        }
    }
}

fn point<'a>(
    attributes: impl Iterator<Item = &'a KeyValue>,
    (count, sum, bounds): (u64, f64, Vec<f64>),
) -> Point {
    let mut attributes: Vec<_> = attributes.cloned().collect();
    attributes.sort_by(|left, right| left.key.cmp(&right.key));
    Point { attributes, count, sum, bounds }
}
