//! What the export says of itself: in metrics, and to the program.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;

use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

#[test]
fn every_span_is_in_the_metrics_of_the_export_and_in_the_counts_of_the_guard() {
    for (receiver, protocol, word) in
        [(Receiver::http(), "http/protobuf", "http"), (Receiver::grpc(), "grpc", "grpc")]
    {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "2"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"),
        ];

        let ended = run("counts", &variables);

        assert!(ended.is_success, "{ended:?}");
        let counts: Vec<i64> =
            ended.stdout.split_whitespace().map(|n| n.parse().unwrap()).collect();
        let [sent, dropped] = counts[..] else { panic!("{ended:?}") };
        let everything = receiver.everything();
        assert_eq!(sent, i64::try_from(everything.spans().len()).unwrap());
        assert_eq!(sent + dropped, 1000);
        let exporter = format!("otlp_{word}_span_exporter");
        let queue = "batching_span_processor";
        let last = last(&everything);
        let value = |name: &str, component: &str, error: &str| {
            let key = [name, component, error].map(str::to_owned);
            *last.get(&key).unwrap_or_else(|| panic!("{key:?} is not in {last:#?}"))
        };
        assert_eq!(value("otel.sdk.exporter.span.exported", &exporter, ""), sent);
        assert_eq!(value("otel.sdk.processor.span.processed", queue, ""), sent);
        assert_eq!(value("otel.sdk.processor.span.processed", queue, "queue_full"), dropped);
        assert_eq!(value("otel.sdk.processor.span.queue.capacity", queue, ""), 2);
        assert_eq!(value("otel.sdk.processor.span.queue.size", queue, ""), 0);
        assert_eq!(value("llm_trace.export.retries", &exporter, ""), 0);
        let metrics = format!("otlp_{word}_metric_exporter");
        assert!(value("otel.sdk.exporter.metric_data_point.exported", &metrics, "") > 0);
    }
}

/// The last values of all sums, by name, type of component, and type of error.
fn last(everything: &Everything) -> BTreeMap<[String; 3], i64> {
    let mut last = BTreeMap::new();
    for metric in everything.metrics() {
        let Some(Data::Sum(sum)) = &metric.data else { continue };
        for point in &sum.data_points {
            let Some(Number::AsInt(value)) = point.value else { continue };
            let text = |key| match attribute(&point.attributes, key) {
                Some(Value::StringValue(text)) => text.clone(),
                _ => String::new(),
            };
            let key = [metric.name.clone(), text("otel.component.type"), text("error.type")];
            last.insert(key, value);
        }
    }
    last
}
