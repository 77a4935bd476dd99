//! Owns [`Origins`]: what labels and metrics were called before Prometheus allowed them fewer
//! characters, which is what the policy knows them by.

use std::collections::{HashMap, HashSet};

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, ExponentialHistogramDataPoint, GaugeDataPoint, HistogramDataPoint,
    MetricData, ResourceMetrics, ScopeMetrics, SumDataPoint,
};
use prometheus::proto::{Metric, MetricFamily};

/// What the exporter calls the labels of a scope that are no attributes of it, and keys that are like
/// them.
const SCOPE: [(&str, &str); 3] = [
    ("otel_scope_name", "otel.scope.name"),
    ("otel_scope_version", "otel.scope.version"),
    ("otel_scope_schema_url", "url.full"),
];

/// The keys and names that became labels and metrics of Prometheus.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// Of each label, the keys that became it.
    keys: HashMap<String, Vec<String>>,
    /// Of each metric, how its name starts in Prometheus, which adds a unit, and what it was.
    names: HashMap<String, String>,
    /// The metrics that were looked at.
    families: HashSet<String>,
}

impl Origins {
    /// Returns whether everything in these metrics is known.
    pub(crate) fn know(&self, families: &[MetricFamily]) -> bool {
        families.iter().all(|family| {
            let mut labels = family.get_metric().iter().flat_map(Metric::get_label);
            self.families.contains(family.name())
                && labels.all(|label| self.keys.contains_key(label.name()))
        })
    }

    /// Takes the names that stand in what was measured, for metrics that were made of it.
    pub(crate) fn learn(&mut self, measured: &ResourceMetrics, families: &[MetricFamily]) {
        for (label, key) in SCOPE {
            self.label(label.to_owned(), key);
        }
        for (key, _) in measured.resource() {
            self.label(as_label(key.as_str()), key.as_str());
        }
        for scope in measured.scope_metrics() {
            self.scope(scope.scope());
            for metric in scope.metrics() {
                self.names.insert(as_name(metric.name()), metric.name().to_owned());
            }
            for attribute in attributes(scope) {
                self.label(as_label(attribute.key.as_str()), attribute.key.as_str());
            }
        }
        self.families.extend(families.iter().map(|family| family.name().to_owned()));
    }

    /// Returns the keys that became a label.
    pub(super) fn keys(&self, label: &str) -> &[String] {
        self.keys.get(label).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns how each name starts in Prometheus, and what it was.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(start, name)| (start.as_str(), name.as_str()))
    }

    fn scope(&mut self, scope: &InstrumentationScope) {
        for KeyValue { key, .. } in scope.attributes() {
            self.label(as_label(&format!("otel_scope_{key}")), key.as_str());
        }
    }

    fn label(&mut self, label: String, key: &str) {
        let keys = self.keys.entry(label).or_default();
        if !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
}

/// Returns the attributes of all points of a scope.
fn attributes(scope: &ScopeMetrics) -> impl Iterator<Item = &KeyValue> {
    scope.metrics().flat_map(|metric| match metric.data() {
        AggregatedMetrics::F64(data) => of(data),
        AggregatedMetrics::I64(data) => of(data),
        AggregatedMetrics::U64(data) => of(data),
    })
}

fn of<T>(data: &MetricData<T>) -> Box<dyn Iterator<Item = &KeyValue> + '_> {
    match data {
        MetricData::Gauge(it) => Box::new(it.data_points().flat_map(GaugeDataPoint::attributes)),
        MetricData::Sum(it) => Box::new(it.data_points().flat_map(SumDataPoint::attributes)),
        MetricData::Histogram(it) => {
            Box::new(it.data_points().flat_map(HistogramDataPoint::attributes))
        }
        MetricData::ExponentialHistogram(it) => {
            Box::new(it.data_points().flat_map(ExponentialHistogramDataPoint::attributes))
        }
    }
}

/// Returns what a key is as the name of a label, as the exporter writes it.
pub(super) fn as_label(key: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == ':' { c } else { '_' };
    key.chars().map(legal).collect()
}

/// Returns how the name of a metric starts, as the exporter writes it.
pub(super) fn as_name(name: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == ':' { c } else { '_' };
    let start = if name.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    start.chars().chain(name.chars().map(legal)).collect()
}
