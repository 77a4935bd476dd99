//! What the gate does to a request of metrics: the SDK lets exporters only read them before.
//!
//! An attribute tells series apart, so what is closed is no length and no hash but one marker, and
//! points that only what was closed told apart become one.

use opentelemetry::Key;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, HistogramDataPoint, NumberDataPoint};

use super::policy::{Fate, Place};
use super::span::{Done, Text};
use super::{Gate, Inner};

const CLOSED: &str = "[closed]";

impl Gate {
    /// Holds the attributes of a request to the policy. Names, units and descriptions are the
    /// program's own words, and numbers are numbers.
    pub(crate) fn metrics(&self, request: &mut ExportMetricsServiceRequest) {
        for resource in &mut request.resource_metrics {
            if let Some(resource) = &mut resource.resource {
                self.0.labels(&mut resource.attributes);
            }
            for scope in &mut resource.scope_metrics {
                if let Some(scope) = &mut scope.scope {
                    self.0.labels(&mut scope.attributes);
                }
                for data in scope.metrics.iter_mut().filter_map(|metric| metric.data.as_mut()) {
                    self.0.data(data);
                }
            }
        }
    }
}

impl Inner {
    fn data(&self, data: &mut Data) {
        match data {
            Data::Gauge(it) => self.points(&mut it.data_points, |_, _| true),
            Data::Sum(it) => self.points(&mut it.data_points, add_number),
            Data::Histogram(it) => self.points(&mut it.data_points, add_histogram),
            // Their buckets are not the same ones, so they stay apart.
            Data::ExponentialHistogram(it) => {
                for point in &mut it.data_points {
                    self.labels(&mut point.attributes);
                    self.exemplars(&mut point.exemplars);
                }
            }
            Data::Summary(it) => {
                for point in &mut it.data_points {
                    self.labels(&mut point.attributes);
                }
            }
        }
    }

    /// Holds points to the policy; those that it makes the same are added up where `add` can.
    fn points<P: Point>(&self, points: &mut Vec<P>, add: impl Fn(&mut P, &P) -> bool) {
        let mut is_changed = false;
        for point in points.iter_mut() {
            let (attributes, exemplars) = point.parts();
            is_changed |= self.labels(attributes);
            self.exemplars(exemplars);
        }
        if !is_changed {
            return;
        }
        let mut kept: Vec<P> = Vec::with_capacity(points.len());
        for mut point in points.drain(..) {
            point.parts().0.sort_by(|a, b| a.key.cmp(&b.key));
            let same = kept.iter_mut().find(|it| it.attributes() == point.attributes());
            if !same.is_some_and(|it| add(it, &point)) {
                kept.push(point);
            }
        }
        *points = kept;
    }

    fn exemplars(&self, exemplars: &mut [Exemplar]) {
        for exemplar in exemplars {
            self.labels(&mut exemplar.filtered_attributes);
        }
    }

    /// Holds attributes to the policy, and returns whether that changed any.
    fn labels(&self, attributes: &mut Vec<KeyValue>) -> bool {
        let (mut done, mut is_changed) = (Done::default(), false);
        attributes.retain_mut(|attribute| {
            if !done.is_key(&Key::new(attribute.key.clone())) {
                is_changed = true;
                return false;
            }
            let fate = self.policy.fate(&attribute.key, Place::Span, self.policy.capture);
            if let Some(value) = &mut attribute.value {
                is_changed |= self.label(value, fate, &mut done);
            }
            true
        });
        is_changed
    }

    fn label(&self, value: &mut AnyValue, fate: Fate, done: &mut Done) -> bool {
        let new = match &mut value.value {
            None
            | Some(
                Value::BoolValue(_)
                | Value::IntValue(_)
                | Value::DoubleValue(_)
                | Value::StringValueStrindex(_),
            ) => return false,
            Some(_) if matches!(fate, Fate::Close(_)) => CLOSED.to_owned(),
            Some(Value::StringValue(text)) => match self.text(text, fate, done) {
                Text::Same => return false,
                Text::New(new) => new,
                Text::Closed => CLOSED.to_owned(),
            },
            Some(Value::ArrayValue(array)) => {
                let values = array.values.iter_mut();
                return values.fold(false, |changed, it| self.label(it, fate, done) | changed);
            }
            Some(Value::KvlistValue(list)) => return self.labels(&mut list.values),
            Some(Value::BytesValue(_)) => CLOSED.to_owned(),
        };
        value.value = Some(Value::StringValue(new));
        true
    }
}

/// What the points have in common whose values can be added.
trait Point {
    fn attributes(&self) -> &[KeyValue];

    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>);
}

impl Point for NumberDataPoint {
    fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>) {
        (&mut self.attributes, &mut self.exemplars)
    }
}

impl Point for HistogramDataPoint {
    fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>) {
        (&mut self.attributes, &mut self.exemplars)
    }
}

fn add_number(to: &mut NumberDataPoint, more: &NumberDataPoint) -> bool {
    to.value = match (to.value, more.value) {
        (Some(Number::AsInt(a)), Some(Number::AsInt(b))) => {
            Some(Number::AsInt(a.saturating_add(b)))
        }
        (Some(Number::AsDouble(a)), Some(Number::AsDouble(b))) => Some(Number::AsDouble(a + b)),
        _ => return false,
    };
    to.start_time_unix_nano = to.start_time_unix_nano.min(more.start_time_unix_nano);
    to.exemplars.extend_from_slice(&more.exemplars);
    true
}

fn add_histogram(to: &mut HistogramDataPoint, more: &HistogramDataPoint) -> bool {
    if to.explicit_bounds != more.explicit_bounds
        || to.bucket_counts.len() != more.bucket_counts.len()
    {
        return false;
    }
    for (count, more) in to.bucket_counts.iter_mut().zip(&more.bucket_counts) {
        *count += more;
    }
    to.count += more.count;
    to.sum = to.sum.zip(more.sum).map(|(a, b)| a + b);
    to.min = to.min.zip(more.min).map(|(a, b)| a.min(b));
    to.max = to.max.zip(more.max).map(|(a, b)| a.max(b));
    to.start_time_unix_nano = to.start_time_unix_nano.min(more.start_time_unix_nano);
    to.exemplars.extend_from_slice(&more.exemplars);
    true
}
