//! What becomes of `tracing` events, and of calls that fail.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use crate::delivery::string;
use crate::program::run;
use crate::receiver::{Receiver, attribute};

#[test]
fn events_are_log_records_of_their_span_and_not_on_it() {
    for (receiver, protocol) in [(Receiver::http(), "http/protobuf"), (Receiver::grpc(), "grpc")] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("LLM_TRACE_OPEN_TARGETS", "program"),
            ("RUST_LOG", "off"),
        ];

        let ended = run("logs", &variables);

        assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
        let everything = receiver.everything();
        let [span] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
        assert!(span.events.is_empty());
        let [outside, inside] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
        assert_eq!((body(outside), outside.severity_text.as_str()), ("outside", "INFO"));
        assert!(outside.trace_id.is_empty() && outside.event_name.is_empty());
        assert_eq!((body(inside), inside.severity_number), ("inside", 13));
        assert_eq!((&inside.trace_id, &inside.span_id), (&span.trace_id, &span.span_id));
        assert_eq!(attribute(&inside.attributes, "answer"), Some(&Value::IntValue(42)));
        assert_eq!(everything.violations, [""; 0]);
    }
}

#[test]
fn an_export_makes_no_telemetry_even_where_the_program_takes_all_there_is() {
    for (receiver, protocol) in [(Receiver::http(), "http/protobuf"), (Receiver::grpc(), "grpc")] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ];

        let ended = run("canaries-few", &variables);

        assert!(ended.is_success, "{ended:?}");
        let everything = receiver.everything();
        let mut scopes = everything.log_scopes();
        scopes.retain(|scope| ["h2", "hyper_util", "tonic"].iter().any(|it| scope.starts_with(it)));
        assert_eq!(scopes, [""; 0], "{protocol}");
        let names: Vec<_> = everything.spans().iter().map(|span| &*span.name).collect();
        for theirs in ["Connection", "poll", "hpack::decode", "send_data"] {
            assert!(!names.contains(&theirs), "{protocol}: {theirs}");
        }
    }
}

#[test]
fn what_events_say_is_closed_unless_their_target_is_open() {
    let receiver = Receiver::http();

    let ended = run("logs", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url())]);

    assert!(ended.is_success, "{ended:?}");
    let everything = receiver.everything();
    let [outside, inside] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
    assert_eq!((body(outside), body(inside)), ("[closed]", "[closed]"));
    let length = attribute(&outside.attributes, "llm_trace.closed.text.length");
    assert_eq!(length, Some(&Value::IntValue(7)));
    assert_eq!(attribute(&inside.attributes, "answer"), Some(&Value::IntValue(42)));
    assert!(!everything.contains("outside"));
}

#[test]
fn the_filter_of_exported_events_is_its_own() {
    for (filter, expected) in [
        ("debug", &["outside", "hidden", "inside"][..]),
        ("warn", &["inside"]),
        ("off,program=info", &["outside", "inside"]),
        ("off", &[]),
    ] {
        let receiver = Receiver::http();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("LLM_TRACE_EXPORT_LOG_FILTER", filter),
            ("LLM_TRACE_OPEN_TARGETS", "program"),
            ("RUST_LOG", "error"),
        ];

        let ended = run("logs", &variables);

        assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
        let everything = receiver.everything();
        let ours = everything.logs().into_iter().map(body).collect::<Vec<_>>();
        let known = |text: &&str| ["outside", "hidden", "inside"].contains(text);
        let ours: Vec<_> = ours.into_iter().filter(known).collect();
        assert_eq!(ours, expected, "{filter}");
        assert_eq!(everything.spans().len(), 1, "{filter}");
    }
}

#[test]
fn an_export_does_not_cause_the_next_one() {
    for (receiver, protocol) in [(Receiver::http(), "http/protobuf"), (Receiver::grpc(), "grpc")] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("LLM_TRACE_EXPORT_LOG_FILTER", "trace"),
            ("LLM_TRACE_OPEN_TARGETS", "program"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "1"),
        ];

        let ended = run("flushes", &variables);

        assert!(ended.is_success, "{ended:?}");
        let everything = receiver.everything();
        let others: Vec<_> =
            everything.logs().into_iter().map(body).filter(|text| *text != "once").collect();
        assert_eq!(others, [""; 0], "{protocol}");
        assert_eq!(everything.logs().len(), 1, "{protocol}");
    }
}

#[test]
fn a_failed_call_is_one_record_in_its_span_even_if_that_is_not_sampled() {
    for (sampler, subscriber) in [
        ("always_on", None),
        ("always_off", None),
        ("always_on", Some("silent")),
        ("always_off", Some("silent")),
    ] {
        let receiver = Receiver::http();
        let url = receiver.url();
        let mut variables =
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url), ("OTEL_TRACES_SAMPLER", sampler)];
        variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

        let ended = run("fails", &variables);

        assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
        let everything = receiver.everything();
        let [record] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
        assert_eq!(record.event_name, "gen_ai.client.operation.exception");
        assert_eq!((record.severity_number, &*record.severity_text), (13, "WARN"));
        for (key, value) in [
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "openai"),
            ("gen_ai.request.model", "gpt-4o"),
            ("error.type", "refused"),
            ("exception.type", "refused"),
        ] {
            assert_eq!(attribute(&record.attributes, key), Some(&string(value)), "{key}");
        }
        assert!(record.body.is_none() && !everything.contains("canary"));
        let chat = everything.spans().into_iter().find(|span| span.name == "chat gpt-4o");
        match chat {
            Some(chat) => assert_eq!(record.span_id, chat.span_id),
            None => assert!(sampler == "always_off" && record.span_id.len() == 8),
        }
    }
}

#[test]
fn logs_have_a_switch_of_their_own() {
    let receiver = Receiver::http();
    let url = receiver.url();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url);

    run("logs", &[endpoint, ("OTEL_LOGS_EXPORTER", "none")]);
    assert!(receiver.everything().logs().is_empty());
    assert_eq!(receiver.everything().spans().len(), 1);

    // Without spans and metrics a failed call is still told.
    let ended = run(
        "fails",
        &[endpoint, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")],
    );
    assert!(ended.is_success, "{ended:?}");
    let everything = receiver.everything();
    let names: Vec<_> = everything.logs().iter().map(|record| &*record.event_name).collect();
    assert!(names.contains(&"gen_ai.client.operation.exception"), "{names:?}");
}

pub(crate) fn body(record: &LogRecord) -> &str {
    match &record.body {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => text,
        _ => "",
    }
}
