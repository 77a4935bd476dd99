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
/// What the program puts wherever a text fits.
const PLANTED: [&str; 6] = ["canary", "sk-ant-", "sk_ant_", "Zk4Qm8Xw2Lr7", "ann@", "ann_example"];

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
    for text in PLANTED {
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

    let Data::Sum(open) = data(everything, "shop.open") else { panic!("{how}") };
    let [open] = &open.data_points[..] else { panic!("{how}: {open:?}") };
    assert_eq!(open.value, count(3), "{how}");
    let Data::Gauge(level) = data(everything, "shop.level") else { panic!("{how}") };
    // Neither of two states is both, so each stays, and says which it is of those that look the same.
    let levels = level.data_points.iter().map(|it| {
        let Some(Value::IntValue(number)) = attribute(&it.attributes, "llm_trace.closed.point")
        else {
            return (1, it.value);
        };
        (*number, it.value)
    });
    let mut levels: Vec<_> = levels.collect();
    levels.sort_by_key(|(number, _)| *number);
    let level = |n| Some(number_data_point::Value::AsDouble(n));
    assert_eq!(levels, [(1, level(0.0)), (2, level(1.0)), (3, level(2.0))], "{how}");

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

#[test]
fn histograms_that_fit_their_buckets_are_added_up_as_well() {
    let receiver = Receiver::http();
    let variables = [
        (ENDPOINT, &*receiver.url()),
        (
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            "base2_exponential_bucket_histogram",
        ),
    ];

    let ended = run("measured", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0]);
    let Data::ExponentialHistogram(sizes) = data(&everything, "shop.sizes") else { panic!() };
    let [sizes] = &sizes.data_points[..] else { panic!("{sizes:?}") };
    // 0, 1 and 2 were measured, each with other texts.
    assert_eq!((sizes.count, sizes.zero_count, sizes.sum), (3, 1, Some(3.0)));
    assert_eq!((sizes.min, sizes.max), (Some(0.0), Some(2.0)));
    let positive = sizes.positive.as_ref().unwrap();
    assert_eq!(positive.bucket_counts.iter().sum::<u64>(), 2, "{positive:?}");
    let base = 2_f64.powf(2_f64.powi(-sizes.scale));
    for (index, count) in (positive.offset..).zip(&positive.bucket_counts) {
        let (over, upto) = (base.powi(index), base.powi(index + 1));
        // Boundaries are as exact as a power is.
        let inside =
            [1.0, 2.0].iter().filter(|&&it| over * 1.000_001 < it && it < upto * 1.000_001);
        assert_eq!(inside.count() as u64, *count, "{index} {sizes:?}");
    }
}

#[test]
fn texts_in_metrics_are_not_scraped() {
    let variables = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_RESOURCE_ATTRIBUTES", "owner=ann@example.com"),
    ];

    let ended = run("measured-scraped", &variables);

    assert!(ended.is_success, "{ended:?}");
    for text in PLANTED {
        assert_eq!(ended.lines(text).len(), 0, "{text}: {}", ended.stderr);
    }
    let value = |name: &str, label: &str| {
        let lines = ended.lines(label);
        let values = lines.iter().filter(|line| line.starts_with(name));
        // Of both scrapes.
        values.map(|line| line.rsplit(' ').next().unwrap()).collect::<Vec<_>>()
    };
    let weather = "gen_ai_tool_name=\"get_weather\"";
    assert_eq!(value("shop_lookups_total", weather), ["6", "6"], "{}", ended.stderr);
    assert_eq!(value("shop_sizes_count", weather), ["3", "3"]);
    assert_eq!(value("shop_sizes_sum", weather), ["3", "3"]);
    assert_eq!(value("shop_sizes_bucket", "le=\"0\""), ["1", "1"]);
    assert_eq!(value("shop_sizes_bucket", "le=\"+Inf\""), ["3", "3"]);
    assert_eq!(value("shop_level", weather), ["0", "1", "2", "0", "1", "2"]);
    assert_eq!(value("shop_level", "llm_trace_closed_point=\"3\""), ["2", "2"]);
    assert_eq!(value("shop_late_total", "late_prompt=\"[closed]\""), ["1"]);
    assert_eq!(value("gen_ai_client_token_usage_sum", "gen_ai_request_model=\"gpt-4o\"").len(), 4);
    assert_eq!(value("shop_scoped_total", "otel_scope_tenant=\"acme\"").len(), 2);
    assert_eq!(value("shop_scoped_total", "otel_scope_prompt=\"[closed]\"").len(), 2);
    assert_eq!(ended.lines("owner=\"[REDACTED:email]\"").len(), 2);
    // No two lines say the same of the same.
    let scrapes: Vec<_> = ended.stderr.split("HTTP/1.1 200 OK").skip(1).collect();
    for scrape in scrapes {
        let series = scrape.lines().filter_map(|line| line.rsplit_once(' '));
        let mut series: Vec<_> =
            series.map(|(series, _)| series).filter(|it| !it.starts_with('#')).collect();
        let all = series.len();
        series.sort_unstable();
        series.dedup();
        assert_eq!(series.len(), all, "{scrape}");
    }
}
