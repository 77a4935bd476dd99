//! Which receivers there are, and how they are spoken to.

use super::*;

#[test]
fn an_endpoint_gets_the_path_of_the_signal_unless_it_is_for_one_signal() {
    const GENERAL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let cases: [(&Variables, &str, &str); 4] = [
        (&[(GENERAL, "http://a:1")], "http://a:1/v1/traces", "http://a:1/v1/metrics"),
        (&[(GENERAL, "http://a/x/")], "http://a/x/v1/traces", "http://a/x/v1/metrics"),
        (&[(GENERAL, "http://[::1]:1")], "http://[::1]:1/v1/traces", "http://[::1]:1/v1/metrics"),
        (&[(GENERAL, "http://a"), (TRACES, "http://b/in")], "http://b/in", "http://a/v1/metrics"),
    ];

    for (variables, traces, metrics) in cases {
        let config = env(variables);

        assert_eq!(config.traces.unwrap().url, traces);
        assert_eq!(config.metrics.unwrap().url, metrics);
        assert!(!config.console);
    }
    let config = env(&[(TRACES, "http://b/in")]);
    assert!(config.traces.is_some() && config.metrics.is_none());
    let config = env(&[("OTEL_TRACES_EXPORTER", "OTLP")]);
    assert_eq!(config.traces.unwrap().url, "http://localhost:4318/v1/traces");
}

#[cfg(feature = "console")]
#[test]
fn exporters_can_be_listed() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a");
    let cases = [
        ("otlp, console", (true, true)),
        ("otlp", (true, false)),
        ("console", (false, true)),
        ("none", (false, false)),
    ];

    for (list, expected) in cases {
        let config = env(&[endpoint, ("OTEL_TRACES_EXPORTER", list)]);

        assert_eq!((config.traces.is_some(), config.console), expected, "{list}");
        assert!(config.metrics.is_some(), "each signal has its own switch");
    }
}

#[cfg(feature = "otlp-grpc")]
#[test]
fn port_4317_speaks_grpc_unless_told_otherwise() {
    use crate::export::Protocol;

    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317");
    let protocol = |variables: &Variables| {
        let target = env(variables).traces.unwrap();
        (target.protocol, target.url)
    };

    assert_eq!(protocol(&[endpoint]), (Protocol::Grpc, "http://a:4317".to_owned()));
    let http = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    let url = "http://a:4317/v1/traces".to_owned();
    assert_eq!(protocol(&[endpoint, http]), (Protocol::HttpProtobuf, url));
    let grpc = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "gRPC");
    let otlp = ("OTEL_TRACES_EXPORTER", "otlp");
    assert_eq!(protocol(&[otlp, grpc]), (Protocol::Grpc, "http://localhost:4317".to_owned()));
}

#[test]
fn headers_and_limits_come_from_the_variable_of_the_signal_first() {
    let target = env(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=Bearer%20x"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "5"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "7"),
    ])
    .traces
    .unwrap();

    assert_eq!(target.headers, [("authorization".to_owned(), "Bearer x".to_owned())]);
    assert_eq!(target.timeout, Duration::from_millis(7));
}

#[test]
fn a_malformed_export_variable_is_named_with_its_value_and_what_is_accepted() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a");
    let cases = [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "ten", "milliseconds, such as 5000"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "thrift", "`http/protobuf`, `http/json` or `grpc`"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "brotli", "`gzip`, `zstd` or `none`"),
    ];

    for (name, value, accepted) in cases {
        let message = error(&[endpoint, (name, value)]);
        assert_eq!(message, format!("{name} is {value:?}; write {accepted}"));
    }
}
