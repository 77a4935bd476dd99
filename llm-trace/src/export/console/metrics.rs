//! Owns [`MetricLines`]: the metrics on stderr, once in an interval: a line for each that was
//! measured, and one below it for each set of attributes.

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, MetricData,
    ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;

use super::number::{self, Measured};
use super::pen::{GAP, Pen};
use super::style::{Paint, Style};
use crate::export::gate::Gate;

/// How many characters of a name or of a value are shown.
const TEXT: usize = 80;

/// Prints what the gate lets through of metrics.
#[derive(Debug)]
pub(crate) struct MetricLines {
    gate: Gate,
    temporality: Temporality,
    style: Style,
}

impl MetricLines {
    /// Returns an exporter that prints to stderr.
    pub(crate) fn stderr(gate: Gate, temporality: Temporality) -> Self {
        Self { gate, temporality, style: Style::of_stderr() }
    }

    fn draw(&self, metrics: &ResourceMetrics) -> String {
        let mut pen = Pen::new(&self.style);
        let scopes = metrics.scope_metrics().flat_map(ScopeMetrics::metrics);
        let mut metrics: Vec<_> = scopes.collect();
        metrics.sort_by_key(|metric| metric.name());
        if !metrics.is_empty() {
            pen.remark(&format!("metrics at {}", number::time_of_day(SystemTime::now())));
        }
        for metric in metrics {
            pen.put(Paint::Plain, &self.style.clean(&self.gate.metric_name(metric.name()), TEXT));
            pen.skip(GAP);
            pen.put(Paint::Dim, &self.style.clean(&self.gate.metric_name(metric.unit()), TEXT));
            pen.end_line();
            for (attributes, value) in self.points(metric) {
                pen.skip(GAP);
                pen.put(Paint::Plain, &value);
                pen.skip(GAP);
                pen.put(Paint::Dim, &attributes);
                pen.end_line();
            }
        }
        pen.finish()
    }

    /// Returns the attributes and the value of each point, in order.
    fn points(&self, metric: &Metric) -> Vec<(String, String)> {
        let mut points = match metric.data() {
            AggregatedMetrics::F64(data) => self.values(data),
            AggregatedMetrics::I64(data) => self.values(data),
            AggregatedMetrics::U64(data) => self.values(data),
        };
        points.sort();
        points
    }

    fn values<T: Measured>(&self, data: &MetricData<T>) -> Vec<(String, String)> {
        match data {
            MetricData::Gauge(data) => {
                let points = data.data_points();
                points.map(|it| (self.attributes(it.attributes()), it.value().text())).collect()
            }
            MetricData::Sum(data) => {
                let points = data.data_points();
                points.map(|it| (self.attributes(it.attributes()), it.value().text())).collect()
            }
            MetricData::Histogram(data) => {
                let value = |it: &HistogramDataPoint<T>| {
                    distribution(it.count(), it.sum(), it.min().zip(it.max()))
                };
                let points = data.data_points();
                points.map(|it| (self.attributes(it.attributes()), value(it))).collect()
            }
            MetricData::ExponentialHistogram(data) => {
                let value = |it: &ExponentialHistogramDataPoint<T>| {
                    distribution(it.count(), it.sum(), it.min().zip(it.max()))
                };
                let points = data.data_points();
                points.map(|it| (self.attributes(it.attributes()), value(it))).collect()
            }
        }
    }

    fn attributes<'a>(&self, attributes: impl Iterator<Item = &'a KeyValue>) -> String {
        let mut attributes: Vec<_> = attributes.cloned().collect();
        self.gate.labels(&mut attributes);
        let clean = |text: &str| self.style.clean(text, TEXT);
        let texts = attributes
            .iter()
            .map(|it| format!("{}={}", clean(it.key.as_str()), clean(&it.value.as_str())));
        let mut texts: Vec<_> = texts.collect();
        texts.sort();
        texts.join("  ")
    }
}

fn distribution<T: Measured>(count: impl Display, sum: T, bounds: Option<(T, T)>) -> String {
    let sum = sum.text();
    match bounds {
        Some((min, max)) => format!("{count} of {} to {}, sum {sum}", min.text(), max.text()),
        None => format!("{count}, sum {sum}"),
    }
}

impl PushMetricExporter for MetricLines {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let text = self.draw(metrics);
        // Nobody is there to hear that it failed.
        let _ = std::io::stderr().write_all(text.as_bytes());
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        self.temporality
    }
}
