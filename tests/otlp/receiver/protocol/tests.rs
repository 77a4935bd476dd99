//! Each rule finds what breaks it, and nothing in what is sound.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::common::v1::{ArrayValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use super::{Violations, decode, logs, metrics, spans};

/// A way to break something sound.
type Break<T> = fn(&mut T);

fn value(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn attribute(key: &str) -> KeyValue {
    let value = Some(value(Value::StringValue("text".to_owned())));
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn nested(list: Value) -> Vec<KeyValue> {
    vec![KeyValue { value: Some(value(list)), ..attribute("c") }]
}

fn twice() -> Value {
    Value::KvlistValue(KeyValueList { values: vec![attribute("d"), attribute("d")] })
}

fn resource() -> Resource {
    Resource { attributes: vec![attribute("service.name")], ..Resource::default() }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope { attributes: vec![attribute("a")], ..Default::default() }
}

fn span() -> Span {
    let (trace_id, span_id) = (vec![1; 16], vec![1; 8]);
    let link = Link { trace_id: trace_id.clone(), span_id: span_id.clone(), ..Link::default() };
    Span {
        trace_id,
        span_id,
        name: "chat".to_owned(),
        kind: 1,
        start_time_unix_nano: 1,
        end_time_unix_nano: 1,
        attributes: vec![attribute("a"), attribute("b")],
        events: vec![Event { time_unix_nano: 1, ..Event::default() }],
        links: vec![link],
        ..Span::default()
    }
}

fn of_span(span: Span) -> ResourceSpans {
    let scope_spans =
        vec![ScopeSpans { scope: Some(scope()), spans: vec![span], ..Default::default() }];
    ResourceSpans { resource: Some(resource()), scope_spans, ..ResourceSpans::default() }
}

fn found<T>(check: impl Fn(&T, &mut Violations), item: &T) -> Violations {
    let mut found = Vec::new();
    check(item, &mut found);
    found
}

#[test]
fn spans_that_break_a_rule_are_found() {
    assert_eq!(found(spans, &of_span(span())), [""; 0]);
    let cases: [(&str, Break<Span>); 17] = [
        ("no name", |it| it.name.clear()),
        ("an id that is none", |it| it.trace_id = vec![1; 8]),
        ("an id that is none", |it| it.span_id = vec![0; 8]),
        ("a parent that is none", |it| it.parent_span_id = vec![0; 8]),
        ("no kind", |it| it.kind = 0),
        ("no time", |it| it.start_time_unix_nano = 0),
        ("it ends before it starts", |it| it.start_time_unix_nano = 2),
        ("an event without a time", |it| it.events[0].time_unix_nano = 0),
        ("a link to nowhere", |it| it.links[0].span_id.clear()),
        ("an empty key", |it| it.attributes[0].key.clear()),
        ("`a` twice", |it| it.attributes[1].key = "a".to_owned()),
        ("`a` has no value", |it| it.attributes[0].value = None),
        ("`a` has no value", |it| it.attributes[0].value = Some(AnyValue { value: None })),
        ("`e` twice", |it| it.events[0].attributes = vec![attribute("e"), attribute("e")]),
        ("`e` twice", |it| it.links[0].attributes = vec![attribute("e"), attribute("e")]),
        ("`d` twice", |it| it.attributes = nested(twice())),
        ("`d` twice", |it| {
            let values = vec![value(twice())];
            it.attributes = nested(Value::ArrayValue(ArrayValue { values }));
        }),
    ];
    for (expected, break_it) in cases {
        let mut span = span();
        break_it(&mut span);
        let found = found(spans, &of_span(span));
        assert!(found.len() == 1 && found[0].ends_with(expected), "{expected}: {found:?}");
    }
}

#[test]
fn resources_and_scopes_that_break_a_rule_are_found() {
    let mut nameless = of_span(span());
    nameless.resource = None;
    assert_eq!(found(spans, &nameless), ["resource: no `service.name`"]);
    let mut doubled = of_span(span());
    doubled.scope_spans[0].scope.as_mut().unwrap().attributes.push(attribute("a"));
    assert_eq!(found(spans, &doubled), ["scope: `a` twice"]);
}

fn of_metrics(metrics: Vec<Metric>) -> ResourceMetrics {
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope()), metrics, ..Default::default() }];
    ResourceMetrics { resource: Some(resource()), scope_metrics, ..ResourceMetrics::default() }
}

fn of_data(data: Data) -> Metric {
    Metric { name: "llm".to_owned(), data: Some(data), ..Metric::default() }
}

fn sum() -> Sum {
    let (start_time_unix_nano, time_unix_nano) = (1, 2);
    let value = Some(Number::AsInt(0));
    let point =
        NumberDataPoint { start_time_unix_nano, time_unix_nano, value, ..Default::default() };
    let data_points = vec![point];
    Sum { data_points, aggregation_temporality: 1, is_monotonic: true }
}

#[test]
fn metrics_that_break_a_rule_are_found() {
    let cases: [(&str, Break<(Metric, Sum)>); 7] = [
        ("no name", |(it, _)| it.name.clear()),
        ("no temporality", |(_, data)| data.aggregation_temporality = 0),
        ("a point without a time", |(_, data)| data.data_points[0].time_unix_nano = 0),
        ("a point that ends before it starts", |(_, data)| {
            data.data_points[0].start_time_unix_nano = 3;
        }),
        ("a point without a value", |(_, data)| data.data_points[0].value = None),
        ("two points with the same attributes", |(_, data)| {
            data.data_points.push(data.data_points[0].clone());
        }),
        ("`a` twice", |(_, data)| {
            data.data_points[0].attributes = vec![attribute("a"), attribute("a")];
        }),
    ];
    let sound = of_data(Data::Sum(sum()));
    assert_eq!(found(metrics, &of_metrics(vec![sound.clone()])), [""; 0]);
    for (expected, break_it) in cases {
        let mut broken = (sound.clone(), sum());
        break_it(&mut broken);
        let (mut metric, data) = broken;
        metric.data = Some(Data::Sum(data));
        let found = found(metrics, &of_metrics(vec![metric]));
        assert!(found.len() == 1 && found[0].ends_with(expected), "{expected}: {found:?}");
    }
    let empty = Metric { data: None, ..sound.clone() };
    assert_eq!(found(metrics, &of_metrics(vec![empty])), ["metric `llm`: no data"]);
    let twice = of_metrics(vec![sound.clone(), sound]);
    assert_eq!(found(metrics, &twice), ["metric `llm`: twice in one scope"]);
}

#[test]
fn histograms_that_break_a_rule_are_found() {
    let explicit = |bucket_counts: &[u64], explicit_bounds: &[f64]| {
        let data_points = vec![HistogramDataPoint {
            time_unix_nano: 1,
            count: 2,
            bucket_counts: bucket_counts.to_vec(),
            explicit_bounds: explicit_bounds.to_vec(),
            ..HistogramDataPoint::default()
        }];
        let histogram = Histogram { data_points, aggregation_temporality: 1 };
        found(metrics, &of_metrics(vec![of_data(Data::Histogram(histogram))]))
    };
    assert_eq!(explicit(&[1, 1], &[1.0]), [""; 0]);
    assert_eq!(explicit(&[], &[]), [""; 0]);
    assert_eq!(explicit(&[1, 1], &[]), ["metric `llm`: the buckets do not fit the bounds"]);
    assert_eq!(explicit(&[1, 2], &[1.0]), ["metric `llm`: the buckets do not add up"]);
    assert_eq!(explicit(&[1, 1, 0], &[1.0, 1.0]), ["metric `llm`: the bounds do not rise"]);
    let exponential = |zero_count| {
        let point = ExponentialHistogramDataPoint {
            time_unix_nano: 1,
            count: 1,
            zero_count,
            ..Default::default()
        };
        let (data_points, aggregation_temporality) = (vec![point], 1);
        let histogram = ExponentialHistogram { data_points, aggregation_temporality };
        found(metrics, &of_metrics(vec![of_data(Data::ExponentialHistogram(histogram))]))
    };
    assert_eq!(exponential(1), [""; 0]);
    assert_eq!(exponential(2), ["metric `llm`: the buckets do not add up"]);
}

#[test]
fn log_records_that_break_a_rule_are_found() {
    let of_record = |record| {
        let scope_logs = vec![ScopeLogs {
            scope: Some(scope()),
            log_records: vec![record],
            ..Default::default()
        }];
        ResourceLogs { resource: Some(resource()), scope_logs, ..ResourceLogs::default() }
    };
    let sound =
        LogRecord { time_unix_nano: 1, attributes: vec![attribute("a")], ..Default::default() };
    assert_eq!(found(logs, &of_record(sound.clone())), [""; 0]);
    let cases: [(&str, Break<LogRecord>); 5] = [
        ("an id that is none", |it| it.trace_id = vec![0; 16]),
        ("no time", |it| it.time_unix_nano = 0),
        ("named by its place in the source", |it| it.event_name = "event a.rs:1".to_owned()),
        ("`a` twice", |it| it.attributes.push(attribute("a"))),
        ("`d` twice", |it| it.body = Some(value(twice()))),
    ];
    for (expected, break_it) in cases {
        let mut record = sound.clone();
        break_it(&mut record);
        let found = found(logs, &of_record(record));
        assert!(found.len() == 1 && found[0].ends_with(expected), "{expected}: {found:?}");
    }
}

#[test]
fn bodies_that_break_a_rule_are_found() {
    let request = ExportTraceServiceRequest { resource_spans: vec![of_span(span())] };
    let of = |is_json, body: &[u8]| {
        let mut found = Vec::new();
        let decoded: Result<ExportTraceServiceRequest, _> = decode(is_json, body, &mut found);
        assert_eq!(decoded.is_err(), found.iter().any(|it| it.starts_with("not decodable: ")));
        found
    };
    let protobuf = request.encode_to_vec();
    assert_eq!(of(false, &protobuf), [""; 0]);
    // Field 15, a number.
    let unknown = [&protobuf[..], &[15 << 3, 1]].concat();
    assert_eq!(of(false, &unknown), ["protobuf: a field that is not known"]);
    assert_eq!(of(false, &protobuf[1..]).len(), 1);

    let json = serde_json::to_string(&request).unwrap();
    assert_eq!(of(true, json.as_bytes()), [""; 0]);
    for (from, to, expected) in [
        ("\"name\":", "\"nom\":", "json: `nom` is not known"),
        ("\"startTimeUnixNano\"", "\"start_time_unix_nano\"", "is not in lowerCamelCase"),
        ("\"kind\":1", "\"kind\":\"SPAN_KIND_INTERNAL\"", "no number"),
        ("\"spanId\":\"01", "\"spanId\":\"AQ=", "not hexadecimal"),
    ] {
        assert!(json.contains(from), "{json}");
        let found = of(true, json.replace(from, to).as_bytes());
        assert!(found.iter().any(|it| it.contains(expected)), "{expected}: {found:?}");
    }
    assert_eq!(of(true, b"{").len(), 1);
}
