//! What a program measures by itself passes the gate as its spans do.

use std::fs;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point;

use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

fn string<'a>(attributes: &'a [KeyValue], key: &str) -> &'a str {
    let Some(Value::StringValue(text)) = attribute(attributes, key) else {
        panic!("no {key}: {attributes:?}")
    };
    text
}

fn data<'a>(everything: &'a Everything, name: &str) -> &'a Data {
    let metrics = everything.metrics();
    let metric = metrics.into_iter().find(|it| it.name == name);
    metric.and_then(|it| it.data.as_ref()).unwrap_or_else(|| panic!("no {name}"))
}

fn assert_gated(everything: &Everything, how: &str) {
    assert_eq!(everything.violations, [""; 0], "{how}");
    for text in ["canary", "sk-ant-", "Zk4Qm8Xw2Lr7"] {
        assert!(!everything.contains(text), "{how}: {text}");
    }
    let Data::Sum(sum) = data(everything, "shop.lookups") else { panic!("{how}") };
    let mut counts: Vec<_> = sum
        .data_points
        .iter()
        .map(|it| (string(&it.attributes, "gen_ai.tool.name"), it.value))
        .collect();
    counts.sort_by_key(|(tool, _)| *tool);
    // What is the same without its texts is one series, and no count is lost.
    let count = |n| Some(number_data_point::Value::AsInt(n));
    assert_eq!(counts, [("get_news", count(1)), ("get_weather", count(6))], "{how}");
    let Data::Histogram(sizes) = data(everything, "shop.sizes") else { panic!("{how}") };
    let [sizes] = &sizes.data_points[..] else { panic!("{how}: {sizes:?}") };
    assert_eq!((sizes.count, sizes.sum), (3, Some(3.0)), "{how}");
    assert_eq!((sizes.min, sizes.max), (Some(0.0), Some(2.0)), "{how}");
    assert_eq!(sizes.bucket_counts.iter().sum::<u64>(), 3, "{how}");
    assert_eq!(string(&sizes.attributes, "gen_ai.prompt"), "[closed]", "{how}");
    assert!(string(&sizes.attributes, "note").starts_with("key [REDACTED:"), "{how}");

    let Data::Histogram(usage) = data(everything, "gen_ai.client.token.usage") else {
        panic!("{how}")
    };
    for point in &usage.data_points {
        assert_eq!(string(&point.attributes, "gen_ai.request.model"), "gpt-4o", "{how}");
        assert!(attribute(&point.attributes, "gen_ai.token.type").is_some(), "{how}");
    }
}

#[test]
fn texts_in_the_attributes_of_a_metric_do_not_leave_by_any_protocol() {
    for protocol in ["http/protobuf", "http/json", "grpc"] {
        let receiver = if protocol == "grpc" { Receiver::grpc() } else { Receiver::http() };

        let ended = run("measured", &[(ENDPOINT, &*receiver.url()), (PROTOCOL, protocol)]);

        assert!(ended.is_success && ended.stderr.is_empty(), "{protocol}: {ended:?}");
        assert_gated(&receiver.everything(), protocol);
    }
}

#[test]
fn texts_in_the_attributes_of_a_metric_are_not_written_to_a_file() {
    let path = std::env::temp_dir().join(format!("llm-trace-gated-{}.jsonl", std::process::id()));

    let ended = run("measured", &[("LLM_TRACE_JSON_FILE", path.to_str().unwrap())]);

    assert!(ended.is_success, "{ended:?}");
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    assert_gated(&Everything::of_lines(text.lines()), "the file");
}
