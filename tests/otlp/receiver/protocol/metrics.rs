//! What the protocol forbids of metrics.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
};

use super::{Violations, check_attributes, check_resource, check_scope};

/// Looks through the metrics of a resource.
pub fn metrics(resource: &ResourceMetrics, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for scope in &resource.scope_metrics {
        check_scope(scope.scope.as_ref(), found);
        let mut known = BTreeSet::new();
        for metric in &scope.metrics {
            if !known.insert(&metric.name) {
                found.push(format!("metric `{}`: twice in one scope", metric.name));
            }
            check_metric(metric, found);
        }
    }
}

fn check_metric(metric: &Metric, found: &mut Violations) {
    let name = format!("metric `{}`", metric.name);
    if metric.name.is_empty() {
        found.push(format!("{name}: no name"));
    }
    let temporality = match &metric.data {
        Some(Data::Gauge(data)) => {
            check_points(&name, &data.data_points, found);
            None
        }
        Some(Data::Sum(data)) => {
            check_points(&name, &data.data_points, found);
            Some(data.aggregation_temporality)
        }
        Some(Data::Histogram(data)) => {
            check_points(&name, &data.data_points, found);
            Some(data.aggregation_temporality)
        }
        Some(Data::ExponentialHistogram(data)) => {
            check_points(&name, &data.data_points, found);
            Some(data.aggregation_temporality)
        }
        Some(Data::Summary(_)) | None => {
            found.push(format!("{name}: no data"));
            None
        }
    };
    if temporality == Some(0) {
        found.push(format!("{name}: no temporality"));
    }
}

fn check_points<P: Point>(name: &str, points: &[P], found: &mut Violations) {
    let mut known = BTreeSet::new();
    for point in points {
        check_attributes(name, point.attributes(), found);
        let (start, time) = point.times();
        if time == 0 {
            found.push(format!("{name}: a point without a time"));
        } else if start > time {
            found.push(format!("{name}: a point that ends before it starts"));
        }
        let mut key: Vec<_> = point.attributes().iter().map(|it| format!("{it:?}")).collect();
        key.sort();
        if !known.insert(key) {
            found.push(format!("{name}: two points with the same attributes"));
        }
        if let Some(what) = point.fault() {
            found.push(format!("{name}: {what}"));
        }
    }
}

trait Point {
    fn attributes(&self) -> &[KeyValue];
    /// When it starts, which may be missing, and its time.
    fn times(&self) -> (u64, u64);
    /// What is wrong with the value.
    fn fault(&self) -> Option<&'static str>;
}

impl Point for NumberDataPoint {
    fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    fn times(&self) -> (u64, u64) {
        (self.start_time_unix_nano, self.time_unix_nano)
    }

    fn fault(&self) -> Option<&'static str> {
        self.value.is_none().then_some("a point without a value")
    }
}

impl Point for HistogramDataPoint {
    fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    fn times(&self) -> (u64, u64) {
        (self.start_time_unix_nano, self.time_unix_nano)
    }

    fn fault(&self) -> Option<&'static str> {
        let Self { bucket_counts, explicit_bounds, count, .. } = self;
        let has_none = bucket_counts.is_empty() && explicit_bounds.is_empty();
        if !has_none && bucket_counts.len() != explicit_bounds.len() + 1 {
            Some("the buckets do not fit the bounds")
        } else if !has_none && bucket_counts.iter().sum::<u64>() != *count {
            Some("the buckets do not add up")
        } else if !explicit_bounds.is_sorted_by(|left, right| left < right) {
            Some("the bounds do not rise")
        } else {
            None
        }
    }
}

impl Point for ExponentialHistogramDataPoint {
    fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    fn times(&self) -> (u64, u64) {
        (self.start_time_unix_nano, self.time_unix_nano)
    }

    fn fault(&self) -> Option<&'static str> {
        let buckets = self.positive.iter().chain(&self.negative);
        let counts = buckets.flat_map(|buckets| &buckets.bucket_counts).sum::<u64>();
        (counts + self.zero_count != self.count).then_some("the buckets do not add up")
    }
}
