//! What the gate does to a request of metrics: the SDK lets exporters only read them before.
//!
//! An attribute tells series apart, so what is closed is no length and no hash but one marker, and
//! points that only what was closed told apart become one where that means anything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
};

use super::around::SCOPE;
use super::labels::CLOSED;
use super::policy::{Fate, Place};
use super::span::{Done, Text};
use super::{Gate, Inner, exponential};
use crate::semconv;

impl Gate {
    /// Holds a request to the policy.
    pub(crate) fn metrics(&self, request: &mut ExportMetricsServiceRequest) {
        for resource in &mut request.resource_metrics {
            if let Some(resource) = &mut resource.resource {
                self.0.labels(&mut resource.attributes);
            }
            for scope in &mut resource.scope_metrics {
                self.0.schema(&mut scope.schema_url);
                if let Some(scope) = &mut scope.scope {
                    self.0.labels(&mut scope.attributes);
                    self.0.scope_of(scope);
                }
                self.0.rename(&mut scope.metrics);
                for metric in &mut scope.metrics {
                    if let Some(text) = self.0.described(&metric.description) {
                        metric.description = text;
                    }
                    if let Some(unit) = self.0.metric_name(&metric.unit) {
                        metric.unit = unit;
                    }
                    if let Some(data) = &mut metric.data {
                        self.0.data(data);
                    }
                }
            }
        }
    }
}

impl Inner {
    fn schema(&self, url: &mut String) {
        if let Some(new) = self.schema_url(url, &mut Done::default()) {
            *url = new;
        }
    }

    fn scope_of(&self, scope: &mut InstrumentationScope) {
        let mut done = Done::default();
        if let Some(name) = self.named(&scope.name, || SCOPE.into(), &mut done) {
            scope.name = name.into_owned();
        }
        if let Some(version) = self.named(&scope.version, Cow::default, &mut done) {
            scope.version = version.into_owned();
        }
    }

    /// Takes out of names what is to be hidden. No two metrics of a scope have the same.
    fn rename(&self, metrics: &mut [Metric]) {
        for at in 0..metrics.len() {
            let Some(name) = self.metric_name(&metrics[at].name) else { continue };
            let more = (2..).map(|number| format!("{name}.{number}"));
            let is_free = |name: &String| metrics.iter().all(|it| it.name != *name);
            let free = std::iter::once(name.clone()).chain(more).find(is_free);
            metrics[at].name = free.unwrap_or(name);
        }
    }

    fn data(&self, data: &mut Data) {
        match data {
            // Of two states, neither is both.
            Data::Gauge(it) => self.points(&mut it.data_points, |_, _| false),
            Data::Sum(it) => self.points(&mut it.data_points, add_number),
            Data::Histogram(it) => self.points(&mut it.data_points, add_histogram),
            Data::ExponentialHistogram(it) => self.points(&mut it.data_points, exponential::add),
            Data::Summary(it) => {
                for point in &mut it.data_points {
                    self.labels(&mut point.attributes);
                }
            }
        }
    }

    /// Holds points to the policy. Those that it makes the same are added up where `add` can, and
    /// numbered where it cannot.
    fn points<P: Point>(&self, points: &mut Vec<P>, add: impl Fn(&mut P, &P) -> bool) {
        let mut is_changed = false;
        let mut gated = Vec::with_capacity(points.len());
        for mut point in points.drain(..) {
            let (attributes, exemplars) = point.parts();
            let before = attributes.clone();
            is_changed |= self.labels(attributes);
            self.exemplars(exemplars);
            gated.push((before, point));
        }
        if !is_changed {
            points.extend(gated.into_iter().map(|(_, point)| point));
            return;
        }
        // So that the same ones have the same numbers the next time.
        gated.sort_by_cached_key(|(before, _)| text_of(before));
        // Where the first of each set of attributes is, and how many there were.
        let mut seen: HashMap<String, (usize, i64)> = HashMap::new();
        for (_, mut point) in gated {
            let attributes = point.parts().0;
            match seen.entry(text_of(attributes)) {
                Entry::Vacant(place) => {
                    place.insert((points.len(), 1));
                    points.push(point);
                }
                Entry::Occupied(mut place) => {
                    let (first, count) = place.get_mut();
                    if !add(&mut points[*first], &point) {
                        *count += 1;
                        point.parts().0.push(numbered(*count));
                        points.push(point);
                    }
                }
            }
        }
    }

    fn exemplars(&self, exemplars: &mut [Exemplar]) {
        for exemplar in exemplars {
            self.labels(&mut exemplar.filtered_attributes);
        }
    }

    /// Holds attributes to the policy, and returns whether that changed any.
    fn labels(&self, attributes: &mut Vec<KeyValue>) -> bool {
        let mut done = Done::default();
        let mut is_changed = keep_last(attributes);
        attributes.retain_mut(|attribute| {
            if !self.is_key(&attribute.key, &mut done) {
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

/// Takes out what was said of a key before, and returns whether anything was. There are few.
fn keep_last(attributes: &mut Vec<KeyValue>) -> bool {
    let mut is_changed = false;
    for index in (1..attributes.len()).rev() {
        let key = &attributes[index].key;
        if let Some(before) = attributes[..index].iter().position(|it| it.key == *key) {
            attributes.remove(before);
            is_changed = true;
        }
    }
    is_changed
}

/// Returns attributes as one text, whatever their order.
fn text_of(attributes: &[KeyValue]) -> String {
    let mut attributes: Vec<_> = attributes.iter().collect();
    attributes.sort_by(|a, b| a.key.cmp(&b.key));
    format!("{attributes:?}")
}

/// Returns what tells a point from the first that looks the same.
fn numbered(number: i64) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::IntValue(number)) });
    KeyValue { key: semconv::CLOSED_POINT.to_owned(), value, ..KeyValue::default() }
}

/// What points have in common.
trait Point {
    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>);
}

impl Point for NumberDataPoint {
    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>) {
        (&mut self.attributes, &mut self.exemplars)
    }
}

impl Point for HistogramDataPoint {
    fn parts(&mut self) -> (&mut Vec<KeyValue>, &mut Vec<Exemplar>) {
        (&mut self.attributes, &mut self.exemplars)
    }
}

impl Point for ExponentialHistogramDataPoint {
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
