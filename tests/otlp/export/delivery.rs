//! What arrives, over which transport, and on which runtime.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

const CANARIES: [&str; 5] =
    ["canary-prompt", "canary-answer", "canary-event", "canary-panic", "canary-key"];

#[test]
fn spans_and_metrics_arrive_over_http() {
    let receiver = Receiver::http();

    let ended = run("plain", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url())]);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    assert_call(&receiver.everything());
}

#[test]
fn spans_and_metrics_arrive_over_grpc() {
    let receiver = Receiver::grpc();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ];

    let ended = run("plain", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    assert_call(&receiver.everything());
}

#[test]
fn a_real_clients_call_is_one_span_of_the_conventions() {
    assert_conventional(None);
    assert_conventional(Some("silent"));
}

fn assert_conventional(subscriber: Option<&str>) {
    let receiver = Receiver::http();
    let url = receiver.url();
    let mut variables = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url)];
    variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

    let ended = run("client", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    let [span] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
    assert_eq!((&*span.name, span.kind()), ("chat gpt-4o-mini", SpanKind::Client));
    assert!(span.status.as_ref().is_none_or(|status| status.code == 0), "{:?}", span.status);
    let reasons = ArrayValue { values: vec![AnyValue { value: Some(string("stop")) }] };
    for (key, expected) in [
        ("gen_ai.operation.name", string("chat")),
        ("gen_ai.provider.name", string("openai")),
        ("gen_ai.request.model", string("gpt-4o-mini")),
        ("gen_ai.response.id", string("chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT")),
        ("gen_ai.response.model", string("gpt-4o-mini-2024-07-18")),
        ("gen_ai.response.finish_reasons", Value::ArrayValue(reasons)),
        ("gen_ai.usage.input_tokens", Value::IntValue(19)),
        ("gen_ai.usage.output_tokens", Value::IntValue(10)),
        ("llm_trace.outcome", string("ok")),
    ] {
        assert_eq!(attribute(&span.attributes, key), Some(&expected), "{key}");
    }
    let mut keys: Vec<_> = span.attributes.iter().map(|attribute| &attribute.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), span.attributes.len(), "a key is there twice");
    assert_private(&everything);
}

#[test]
fn the_guard_sends_what_is_left_in_every_kind_of_main() {
    let scenarios =
        ["current-thread", "multi-thread", "shutdown", "flush", "panic", "parts", "exit"];
    for scenario in scenarios.into_iter().chain(cfg!(unix).then_some("terminated")) {
        for (receiver, protocol) in
            [(Receiver::http(), "http/protobuf"), (Receiver::grpc(), "grpc")]
        {
            let url = receiver.url();
            let mut variables = vec![
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ];
            // Every second time past a subscriber of the program's own.
            let is_beside = protocol == "grpc" && scenario != "parts";
            variables.extend(is_beside.then_some(("PROGRAM_SUBSCRIBER", "silent")));

            let ended = run(scenario, &variables);

            assert_eq!(ended.is_success, scenario != "panic", "{scenario} {protocol}: {ended:?}");
            assert_call(&receiver.everything());
        }
    }
}

#[test]
fn resource_and_headers_come_from_the_environment_and_from_code() {
    for (scenario, name, key) in
        [("plain", "from env", "from-env"), ("builder", "from-code", "from-code")]
    {
        for (receiver, protocol) in
            [(Receiver::http(), "http/protobuf"), (Receiver::grpc(), "grpc")]
        {
            let variables = [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.to_owned()),
                ("OTEL_SERVICE_NAME", "from env".to_owned()),
                ("OTEL_RESOURCE_ATTRIBUTES", "service.name=loses,team=a%20b".to_owned()),
                ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=from-env".to_owned()),
            ];
            let variables: Vec<_> =
                variables.iter().map(|(name, value)| (*name, value.as_str())).collect();

            let ended = run(scenario, &variables);

            assert!(ended.is_success, "{ended:?}");
            let everything = receiver.everything();
            assert_eq!(everything.keys, [key, key], "{scenario} {protocol}");
            for resource in everything.resources() {
                let text = |key| attribute(&resource.attributes, key).cloned();
                assert_eq!(text("service.name"), Some(string(name)));
                assert_eq!(text("team"), Some(string("a b")));
                assert_eq!(text("telemetry.sdk.language"), Some(string("rust")));
                let version = (scenario == "builder").then(|| string("1.2.3"));
                assert_eq!(text("service.version"), version);
                let replicas = (scenario == "builder").then_some(Value::IntValue(3));
                assert_eq!(text("replicas"), replicas);
            }
        }
    }
}

#[test]
fn neither_rust_log_nor_a_level_switches_an_annotated_function_off() {
    let receiver = Receiver::http();
    let url = receiver.url();

    let ended = run("levels", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("RUST_LOG", "off")]);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    let mut names: Vec<_> = everything.spans().iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["execute_tool add", "shown"]);
    assert!(everything.spans().iter().all(|span| span.events.is_empty()));
}

#[test]
fn metrics_count_calls_whose_spans_are_not_sampled() {
    let receiver = Receiver::http();
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()), ("OTEL_TRACES_SAMPLER", "always_off")];

    let ended = run("plain", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    assert!(everything.spans().is_empty());
    assert_metrics(&everything);
}

#[test]
fn a_signal_that_is_switched_off_is_not_sent() {
    let receiver = Receiver::http();
    let url = receiver.url();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url);

    run("plain", &[endpoint, ("OTEL_METRICS_EXPORTER", "none")]);
    assert!(receiver.everything().metrics().is_empty());
    assert_eq!(receiver.everything().spans().len(), 1);

    run("plain", &[endpoint, ("OTEL_TRACES_EXPORTER", "none")]);
    assert_metrics(&receiver.everything());
    assert_eq!(receiver.everything().spans().len(), 1);
}

/// Asserts what is sent of one call.
fn assert_call(everything: &Everything) {
    let [span] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
    assert_eq!(span.name, "chat gpt-4o");
    assert_eq!(span.kind(), SpanKind::Client);
    let value = |key| attribute(&span.attributes, key).cloned();
    assert_eq!(value("gen_ai.provider.name"), Some(string("openai")));
    assert_eq!(value("gen_ai.usage.input_tokens"), Some(Value::IntValue(12)));
    assert_eq!(value("gen_ai.usage.output_tokens"), Some(Value::IntValue(34)));
    assert_eq!(value("llm_trace.prompt.length"), Some(Value::IntValue(13)));
    assert_eq!(value("llm_trace.response.length"), Some(Value::IntValue(13)));
    assert!(matches!(value("gen_ai.response.finish_reasons"), Some(Value::ArrayValue(_))));
    assert_metrics(everything);
    assert_eq!(everything.resources().len(), 2);
    for scope in everything.scopes() {
        assert_eq!((&*scope.name, &*scope.version), ("llm-trace", env!("CARGO_PKG_VERSION")));
    }
    assert_private(everything);
}

fn assert_metrics(everything: &Everything) {
    let points = |name: &str| -> Vec<_> {
        let metrics = everything.metrics().into_iter().filter(|metric| metric.name == name);
        let points = metrics.flat_map(|metric| match &metric.data {
            Some(Data::Histogram(histogram)) => &histogram.data_points[..],
            _ => panic!("{metric:?}"),
        });
        points.map(|point| (point.count, point.sum)).collect()
    };
    let mut tokens = points("gen_ai.client.token.usage");
    tokens.sort_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap());
    assert_eq!(tokens, [(1, Some(12.0)), (1, Some(34.0))]);
    assert!(matches!(points("gen_ai.client.operation.duration")[..], [(1, Some(_))]));
}

fn assert_private(everything: &Everything) {
    assert!(!everything.bytes.is_empty());
    for canary in CANARIES {
        assert!(!everything.contains(canary), "{canary} was sent");
    }
}

pub(crate) fn string(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}
