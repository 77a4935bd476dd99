//! Takes exported metrics apart: checks them against the registry, and lists what was measured.

use std::collections::BTreeMap;
use std::fmt::Display;

use llm_trace_registry::{Registry, Requirement};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData};

/// What was measured with one set of attributes.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Point {
    pub(crate) metric: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Of a duration the number of measurements, of everything else their sum.
    pub(crate) measured: String,
}

/// Checks a metric against the registry and returns what was measured.
pub(crate) fn read(registry: &Registry, metric: &Metric) -> Vec<Point> {
    let name = metric.name();
    let declared = registry.metric(name);
    let check = Check {
        registry,
        declared: declared.unwrap_or_else(|| panic!("`{name}` is not declared")),
    };
    assert_eq!(metric.unit(), check.declared.unit, "{name}");
    assert!(!metric.description().is_empty(), "{name}");
    let (value, points) = match metric.data() {
        AggregatedMetrics::F64(data) => ("double", check.points(data)),
        AggregatedMetrics::U64(data) => ("int", check.points(data)),
        AggregatedMetrics::I64(_) => panic!("{name} may not go below zero"),
    };
    assert_eq!(value, check.declared.value, "{name}");
    points
}

struct Check<'a> {
    registry: &'a Registry,
    declared: llm_trace_registry::Metric,
}

impl Check<'_> {
    fn points<T: Copy + Display>(&self, data: &MetricData<T>) -> Vec<Point> {
        let name = &self.declared.name;
        match data {
            MetricData::Histogram(histogram) => {
                assert_eq!(self.declared.instrument, "histogram", "{name}");
                let points = histogram.data_points().map(|point| {
                    assert_eq!(point.bounds().collect::<Vec<_>>(), self.declared.buckets, "{name}");
                    let (count, sum) = (point.count().to_string(), point.sum().to_string());
                    let measured = if self.declared.unit == "s" { count } else { sum };
                    self.point(point.attributes(), measured)
                });
                points.collect()
            }
            MetricData::Sum(sum) => {
                assert!(self.declared.instrument == "counter" && sum.is_monotonic(), "{name}");
                let points = sum.data_points();
                points
                    .map(|point| self.point(point.attributes(), point.value().to_string()))
                    .collect()
            }
            _ => panic!("{name} is neither a histogram nor a counter"),
        }
    }

    fn point<'a>(&self, exported: impl Iterator<Item = &'a KeyValue>, measured: String) -> Point {
        let metric = self.declared.name.clone();
        let mut attributes = BTreeMap::new();
        for KeyValue { key, value, .. } in exported {
            let key = key.to_string();
            assert!(self.declared.attributes.contains_key(&key), "{metric} has no `{key}`");
            assert_eq!(self.registry.value_type(&key), Some(type_of(value)), "{metric}: {key}");
            attributes.insert(key, value.to_string());
        }
        for (key, requirement) in &self.declared.attributes {
            let given = *requirement != Requirement::Required || attributes.contains_key(key);
            assert!(given, "{metric} misses `{key}`");
        }
        Point { metric, attributes, measured }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::F64(_) => "double",
        Value::I64(_) => "int",
        Value::String(_) => "string",
        _ => "any",
    }
}
