//! What the protocol forbids, whoever receives it: the checks of our receiver.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric, ResourceMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use serde_json::Value;

type Violations = Vec<String>;

pub(crate) fn spans(resource: &ResourceSpans, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for scope in &resource.scope_spans {
        scope.spans.iter().for_each(|span| check_span(span, found));
    }
}

fn check_span(span: &Span, found: &mut Violations) {
    let name = format!("span `{}`", span.name);
    let mut say = |is_wrong: bool, what: &str| {
        if is_wrong {
            found.push(format!("{name}: {what}"));
        }
    };
    say(span.name.is_empty(), "no name");
    say(!is_id(&span.trace_id, 16) || !is_id(&span.span_id, 8), "an id that is none");
    say(
        !span.parent_span_id.is_empty() && !is_id(&span.parent_span_id, 8),
        "a parent that is none",
    );
    say(span.kind == 0, "no kind");
    say(span.start_time_unix_nano == 0 || span.end_time_unix_nano == 0, "no time");
    say(span.end_time_unix_nano < span.start_time_unix_nano, "it ends before it starts");
    for event in &span.events {
        say(event.time_unix_nano == 0, "an event without a time");
    }
    for link in &span.links {
        say(!is_id(&link.trace_id, 16) || !is_id(&link.span_id, 8), "a link to nowhere");
    }
    let events = span.events.iter().map(|event| &event.attributes);
    let links = span.links.iter().map(|link| &link.attributes);
    for attributes in std::iter::once(&span.attributes).chain(events).chain(links) {
        check_attributes(&name, attributes, found);
    }
}

pub(crate) fn metrics(resource: &ResourceMetrics, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for scope in &resource.scope_metrics {
        scope.metrics.iter().for_each(|metric| check_metric(metric, found));
    }
}

fn check_metric(metric: &Metric, found: &mut Violations) {
    let name = format!("metric `{}`", metric.name);
    if metric.name.is_empty() {
        found.push(format!("{name}: no name"));
    }
    // The temporality, and each point's attributes and time.
    let (temporality, points): (_, Vec<_>) = match &metric.data {
        Some(Data::Gauge(data)) => {
            (None, data.data_points.iter().map(|it| (&it.attributes, it.time_unix_nano)).collect())
        }
        Some(Data::Sum(data)) => (
            Some(data.aggregation_temporality),
            data.data_points.iter().map(|it| (&it.attributes, it.time_unix_nano)).collect(),
        ),
        Some(Data::Histogram(data)) => {
            data.data_points.iter().for_each(|point| check_buckets(&name, point, found));
            let points = data.data_points.iter().map(|it| (&it.attributes, it.time_unix_nano));
            (Some(data.aggregation_temporality), points.collect())
        }
        Some(Data::ExponentialHistogram(data)) => (
            Some(data.aggregation_temporality),
            data.data_points.iter().map(|it| (&it.attributes, it.time_unix_nano)).collect(),
        ),
        _ => {
            found.push(format!("{name}: no data"));
            return;
        }
    };
    if temporality == Some(0) {
        found.push(format!("{name}: no temporality"));
    }
    let mut known = BTreeSet::new();
    for (attributes, time) in points {
        check_attributes(&name, attributes, found);
        if time == 0 {
            found.push(format!("{name}: a point without a time"));
        }
        let mut key: Vec<_> = attributes.iter().map(|it| format!("{it:?}")).collect();
        key.sort();
        if !known.insert(key) {
            found.push(format!("{name}: two points with the same attributes"));
        }
    }
}

fn check_buckets(name: &str, point: &HistogramDataPoint, found: &mut Violations) {
    let HistogramDataPoint { bucket_counts, explicit_bounds, count, .. } = point;
    if bucket_counts.len() != explicit_bounds.len() + 1 {
        found.push(format!("{name}: {} buckets", bucket_counts.len()));
    }
    if bucket_counts.iter().sum::<u64>() != *count {
        found.push(format!("{name}: the buckets do not add up"));
    }
    if !explicit_bounds.is_sorted_by(|left, right| left < right) {
        found.push(format!("{name}: the bounds do not rise"));
    }
}

pub(crate) fn logs(resource: &ResourceLogs, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for record in resource.scope_logs.iter().flat_map(|scope| &scope.log_records) {
        let name = format!("log `{}` {:?}", record.event_name, record.body);
        let (trace, span) = (&record.trace_id, &record.span_id);
        if !trace.is_empty() && !is_id(trace, 16) || !span.is_empty() && !is_id(span, 8) {
            found.push(format!("{name}: an id that is none"));
        }
        if record.time_unix_nano == 0 && record.observed_time_unix_nano == 0 {
            found.push(format!("{name}: no time"));
        }
        if record.event_name.starts_with("event ") {
            found.push(format!("{name}: named by its place in the source"));
        }
        check_attributes(&name, &record.attributes, found);
    }
}

/// What JSON has to look like beside what its decoder accepts.
pub(crate) fn json(body: &[u8], found: &mut Violations) {
    visit(&serde_json::from_slice(body).unwrap(), found);
}

fn visit(value: &Value, found: &mut Violations) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key.contains('_') {
                    found.push(format!("json: `{key}` is not in lowerCamelCase"));
                }
                let is_number = ["kind", "code", "severityNumber", "aggregationTemporality"];
                if is_number.contains(&&**key) && !value.is_number() {
                    found.push(format!("json: `{key}` is {value}, no number"));
                }
                let is_id = ["traceId", "spanId", "parentSpanId"].contains(&&**key);
                let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
                if is_id && !value.as_str().is_some_and(is_hex) {
                    found.push(format!("json: `{key}` is {value}, not hexadecimal"));
                }
                visit(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
        _ => {}
    }
}

fn check_resource(resource: Option<&Resource>, found: &mut Violations) {
    let attributes = resource.map(|resource| &*resource.attributes).unwrap_or_default();
    if !attributes.iter().any(|attribute| attribute.key == "service.name") {
        found.push("resource: no `service.name`".to_owned());
    }
    check_attributes("resource", attributes, found);
}

fn check_attributes(of: &str, attributes: &[KeyValue], found: &mut Violations) {
    let mut known = BTreeSet::new();
    for attribute in attributes {
        if attribute.key.is_empty() {
            found.push(format!("{of}: an empty key"));
        }
        if !known.insert(&attribute.key) {
            found.push(format!("{of}: `{}` twice", attribute.key));
        }
        if attribute.value.as_ref().is_none_or(|value| value.value.is_none()) {
            found.push(format!("{of}: `{}` has no value", attribute.key));
        }
    }
}

fn is_id(bytes: &[u8], length: usize) -> bool {
    bytes.len() == length && bytes.iter().any(|byte| *byte != 0)
}
