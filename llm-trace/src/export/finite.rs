//! Owns [`Finite`]: JSON has no number that is none or has no end, so a request that becomes JSON
//! says it in words, as protobuf's own JSON does.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::NumberDataPoint;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::resource::v1::Resource;

/// A request that may have numbers which JSON has not.
pub(super) trait Finite {
    fn make_finite(&mut self);
}

impl Finite for ExportTraceServiceRequest {
    fn make_finite(&mut self) {
        for resource in &mut self.resource_spans {
            of_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_spans {
                of_scope(scope.scope.as_mut());
                for span in &mut scope.spans {
                    attributes(&mut span.attributes);
                    span.events.iter_mut().for_each(|event| attributes(&mut event.attributes));
                    span.links.iter_mut().for_each(|link| attributes(&mut link.attributes));
                }
            }
        }
    }
}

impl Finite for ExportLogsServiceRequest {
    fn make_finite(&mut self) {
        for resource in &mut self.resource_logs {
            of_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_logs {
                of_scope(scope.scope.as_mut());
                for record in &mut scope.log_records {
                    record.body.iter_mut().for_each(any);
                    attributes(&mut record.attributes);
                }
            }
        }
    }
}

/// A point that is no number leaves not at all: its field has no place for words.
impl Finite for ExportMetricsServiceRequest {
    fn make_finite(&mut self) {
        for resource in &mut self.resource_metrics {
            of_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_metrics {
                of_scope(scope.scope.as_mut());
                for data in scope.metrics.iter_mut().filter_map(|metric| metric.data.as_mut()) {
                    of_data(data);
                }
            }
        }
    }
}

fn of_data(data: &mut Data) {
    match data {
        Data::Gauge(data) => numbers(&mut data.data_points),
        Data::Sum(data) => numbers(&mut data.data_points),
        Data::Histogram(data) => {
            for point in &mut data.data_points {
                attributes(&mut point.attributes);
                for number in [&mut point.sum, &mut point.min, &mut point.max] {
                    *number = number.filter(|number| number.is_finite());
                }
            }
        }
        Data::ExponentialHistogram(data) => {
            for point in &mut data.data_points {
                attributes(&mut point.attributes);
                for number in [&mut point.sum, &mut point.min, &mut point.max] {
                    *number = number.filter(|number| number.is_finite());
                }
            }
        }
        // The SDK makes none.
        Data::Summary(_) => {}
    }
}

fn numbers(points: &mut Vec<NumberDataPoint>) {
    points.retain(|point| !matches!(point.value, Some(Number::AsDouble(it)) if !it.is_finite()));
    for point in points {
        attributes(&mut point.attributes);
    }
}

fn of_resource(resource: Option<&mut Resource>) {
    if let Some(resource) = resource {
        attributes(&mut resource.attributes);
    }
}

fn of_scope(scope: Option<&mut InstrumentationScope>) {
    if let Some(scope) = scope {
        attributes(&mut scope.attributes);
    }
}

fn attributes(attributes: &mut [KeyValue]) {
    attributes.iter_mut().filter_map(|attribute| attribute.value.as_mut()).for_each(any);
}

fn any(value: &mut AnyValue) {
    match &mut value.value {
        Some(Value::DoubleValue(number)) if !number.is_finite() => {
            let word = match number {
                _ if number.is_nan() => "NaN",
                _ if number.is_sign_positive() => "Infinity",
                _ => "-Infinity",
            };
            value.value = Some(Value::StringValue(word.to_owned()));
        }
        Some(Value::ArrayValue(array)) => array.values.iter_mut().for_each(any),
        Some(Value::KvlistValue(list)) => attributes(&mut list.values),
        _ => {}
    }
}
