//! Every way to speak OTLP: protocol, compression, TLS, a file; and what arrives is right.

use std::fs;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use crate::delivery::string;
use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};
use crate::tls::Authority;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

/// Asserts that a failed and an ordinary call arrived with all that belongs to them.
fn assert_arrived(everything: &Everything, how: &str) {
    assert_eq!(everything.violations, [""; 0], "{how}");
    let mut names: Vec<_> = everything.spans().iter().map(|span| span.name.clone()).collect();
    names.sort_unstable();
    assert_eq!(names, ["chat gpt-4o", "chat gpt-4o", "invoke_agent planner"], "{how}");
    let metrics: Vec<_> = everything.metrics().iter().map(|metric| &*metric.name).collect();
    assert!(metrics.contains(&"gen_ai.client.token.usage"), "{how}: {metrics:?}");
    let [record] = everything.logs()[..] else { panic!("{how}: {:?}", everything.logs()) };
    assert_eq!(record.event_name, "gen_ai.client.operation.exception", "{how}");
    for resource in everything.resources() {
        for key in ["service.name", "service.instance.id", "host.name", "host.arch", "process.pid"]
        {
            assert!(attribute(&resource.attributes, key).is_some(), "{how}: `{key}` is missing");
        }
    }
    assert!(!everything.contains("canary"), "{how}");
}

#[test]
fn every_protocol_and_compression_is_accepted_without_a_violation() {
    for protocol in ["http/protobuf", "http/json", "grpc"] {
        for compression in ["none", "gzip", "zstd"] {
            let receiver = if protocol == "grpc" { Receiver::grpc() } else { Receiver::http() };
            let variables = [
                (ENDPOINT, &*receiver.url()),
                (PROTOCOL, protocol),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
            ];

            let ended = run("everything", &variables);

            let how = format!("{protocol} {compression}");
            assert!(ended.is_success && ended.stderr.is_empty(), "{how}: {ended:?}");
            let everything = receiver.everything();
            assert_arrived(&everything, &how);
            let content = match protocol {
                "grpc" => "application/grpc",
                "http/json" => "application/json",
                _ => "application/x-protobuf",
            };
            assert_eq!(everything.forms.len(), 3, "{how}");
            for (content_type, encoding) in &everything.forms {
                assert_eq!(content_type, content, "{how}");
                let said = if encoding.is_empty() { "none" } else { encoding };
                assert_eq!(said, compression, "{how}");
            }
        }
    }
}

#[test]
fn numbers_that_are_none_break_no_protocol() {
    for protocol in ["http/protobuf", "http/json", "grpc"] {
        let receiver = if protocol == "grpc" { Receiver::grpc() } else { Receiver::http() };

        let ended = run("odd-numbers", &[(ENDPOINT, &*receiver.url()), (PROTOCOL, protocol)]);

        assert!(ended.is_success, "{protocol}: {ended:?}");
        let everything = receiver.everything();
        assert_eq!(everything.violations, [""; 0], "{protocol}");
        let [span] = everything.spans()[..] else { panic!("{protocol}: {everything:?}") };
        let least = match attribute(&span.attributes, "app.least") {
            Some(Value::DoubleValue(number)) if protocol != "http/json" => *number,
            // JSON has no such number; protobuf's own calls it so.
            Some(Value::StringValue(text)) if text == "-Infinity" => f64::NEG_INFINITY,
            other => panic!("{protocol}: {other:?}"),
        };
        assert!(least.is_infinite() && least.is_sign_negative(), "{protocol}: {least}");
        assert!(attribute(&span.attributes, "app.none").is_some(), "{protocol}");
    }
}

#[test]
fn an_authority_of_ones_own_is_trusted_and_no_other() {
    let (ours, other) = (Authority::new(), Authority::new());
    for protocol in ["http/protobuf", "grpc"] {
        let receiver = Receiver::tls(ours.server(false));
        let with = |certificate: &str| {
            run(
                "everything",
                &[
                    (ENDPOINT, &*receiver.url()),
                    (PROTOCOL, protocol),
                    ("OTEL_EXPORTER_OTLP_CERTIFICATE", certificate),
                    ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
                ],
            )
        };

        let ended = with(&other.certificate());
        assert!(
            ended.is_success && ended.lines("telemetry is not exported").len() == 1,
            "{ended:?}"
        );
        assert!(receiver.everything().bytes.is_empty(), "{protocol}");

        let ended = with(&ours.certificate());
        assert!(ended.is_success && ended.stderr.is_empty(), "{protocol}: {ended:?}");
        assert_arrived(&receiver.everything(), protocol);
    }
}

#[test]
fn a_receiver_that_asks_who_calls_is_told() {
    let authority = Authority::new();
    let [certificate, key] = authority.client();
    for protocol in ["http/protobuf", "grpc"] {
        let receiver = Receiver::tls(authority.server(true));
        let url = receiver.url();
        let mut variables =
            vec![(ENDPOINT, &*url), (PROTOCOL, protocol), ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000")];
        let trusted = authority.certificate();
        variables.push(("OTEL_EXPORTER_OTLP_CERTIFICATE", &trusted));

        let ended = run("everything", &variables);
        assert!(ended.is_success && !ended.stderr.is_empty(), "{protocol}: {ended:?}");
        assert!(receiver.everything().bytes.is_empty(), "{protocol}");

        variables.push(("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate));
        variables.push(("OTEL_EXPORTER_OTLP_CLIENT_KEY", &key));
        let ended = run("everything", &variables);
        assert!(ended.is_success && ended.stderr.is_empty(), "{protocol}: {ended:?}");
        assert_arrived(&receiver.everything(), protocol);
    }
}

#[test]
fn a_file_that_is_named_and_missing_stops_the_set_up() {
    let variables =
        [(ENDPOINT, "https://localhost:1"), ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such.pem")];

    let ended = run("plain", &variables);

    assert!(!ended.is_success);
    let message =
        "Error: OTEL_EXPORTER_OTLP_CERTIFICATE names \"/no/such.pem\", which cannot be used";
    assert_eq!(ended.lines(message).len(), 1, "{ended:?}");
}

#[test]
fn several_exporters_get_the_same() {
    let receiver = Receiver::http();
    let path = std::env::temp_dir().join(format!("llm-trace-lines-{}.jsonl", std::process::id()));
    let variables = [
        (ENDPOINT, &*receiver.url()),
        ("OTEL_TRACES_EXPORTER", "otlp,console"),
        ("LLM_TRACE_JSON_FILE", path.to_str().unwrap()),
    ];

    let ended = run("everything", &variables);

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(ended.lines("invoke_agent planner").len(), 1, "the console: {ended:?}");
    assert_arrived(&receiver.everything(), "the receiver");
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    let file = Everything::of_lines(text.lines());
    assert_arrived(&file, "the file");
    let ids = |everything: &Everything| {
        let mut ids: Vec<_> = everything.spans().iter().map(|span| span.span_id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&file), ids(&receiver.everything()));
    for line in text.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).unwrap().as_object().unwrap().len()
                == 1
        );
    }
}

#[test]
fn each_signal_may_have_a_receiver_of_its_own() {
    let (traces, metrics, logs) = (Receiver::http(), Receiver::grpc(), Receiver::http());
    let variables = [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{}/v1/traces", traces.url())),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", metrics.url()),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc".to_owned()),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", format!("{}/v1/logs", logs.url())),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json".to_owned()),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-key=logs".to_owned()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, &**value)).collect();

    let ended = run("everything", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let (traces, metrics, logs) = (traces.everything(), metrics.everything(), logs.everything());
    assert_eq!(traces.spans().len(), 3);
    assert!(!metrics.metrics().is_empty() && metrics.spans().is_empty());
    assert_eq!((logs.logs().len(), &*logs.keys), (1, &["logs".to_owned()][..]));
    assert!(traces.keys.is_empty());
}

#[test]
fn metrics_are_exported_as_asked() {
    let receiver = Receiver::http();
    let variables = [
        (ENDPOINT, &*receiver.url()),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
        (
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            "base2_exponential_bucket_histogram",
        ),
    ];

    let ended = run("everything", &variables);

    assert!(ended.is_success, "{ended:?}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0]);
    let metrics = everything.metrics();
    let tokens = metrics.iter().find(|metric| metric.name == "gen_ai.client.token.usage").unwrap();
    let Some(Data::ExponentialHistogram(data)) = &tokens.data else { panic!("{tokens:?}") };
    assert_eq!(data.aggregation_temporality, 1, "delta");
    assert!(data.data_points.iter().all(|point| point.count == 1));
}

#[test]
fn limits_cut_what_is_too_much() {
    let receiver = Receiver::http();
    let variables = [
        (ENDPOINT, &*receiver.url()),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4"),
        ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "2"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "3"),
    ];

    let ended = run("everything", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0]);
    for span in everything.spans() {
        assert!(span.attributes.len() <= 3 && span.dropped_attributes_count > 0, "{span:?}");
    }
    let [record] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
    assert_eq!(record.attributes.len(), 2);
    let provider = attribute(&record.attributes, "gen_ai.provider.name");
    assert_eq!(provider, Some(&string("open")));
    assert_eq!(record.event_name, "gen_ai.client.operation.exception");
    assert!(record.span_id.len() == 8 && record.severity_number == 13);
}
