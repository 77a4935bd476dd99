//! What `doctor` says of set-ups that do not work, each against real sockets.

use std::net::TcpListener;

use crate::program::{Ended, run};
use crate::receiver::Receiver;
use crate::tls::Authority;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

/// Asserts that these are the kinds of faults, each said once, and returns what is said.
fn assert_faults(scenario: &str, variables: &[(&str, &str)], expected: &[&str]) -> Ended {
    let ended = run(scenario, variables);
    assert!(ended.is_success, "{ended:?}");
    let kinds: Vec<_> = ended
        .lines("fault ")
        .into_iter()
        .map(|line| line.split([' ', ':']).nth(1).unwrap())
        .collect();
    assert_eq!(kinds, expected, "{}", ended.stderr);
    ended
}

fn assert_says(ended: &Ended, text: &str) {
    assert!(!ended.lines(text).is_empty(), "`{text}` is not in:\n{}", ended.stderr);
}

/// A port at which nobody listens, for it was just given back.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_set_up_that_works_has_no_fault_in_any_transport_inside_a_runtime_or_out() {
    for protocol in ["http/protobuf", "http/json", "grpc"] {
        for scenario in ["doctor", "doctor-inside"] {
            let receiver = if protocol == "grpc" { Receiver::grpc() } else { Receiver::http() };
            let url = receiver.url();

            let variables = [(ENDPOINT, &*url), (PROTOCOL, protocol)];
            let ended = assert_faults(scenario, &variables, &[]);

            for signal in ["traces", "metrics", "logs"] {
                assert_eq!(ended.lines(&format!("- {signal}: {url}")).len(), 1, "{}", ended.stderr);
            }
            assert_says(&ended, "no async runtime is needed");
            assert_says(&ended, "nothing is in the way");
            let everything = receiver.everything();
            assert!(everything.spans().is_empty() && everything.violations.is_empty());
        }
    }
}

#[test]
fn where_each_value_is_from_is_told_and_secrets_are_not() {
    let receiver = Receiver::http();
    let variables = [
        (ENDPOINT, &*receiver.url()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hunter2"),
        ("LLM_TRACE_HASH_KEY", "0f0e0d0c0b0a09080706050403020100f0e0d0c0b0a090807060504030201000"),
        ("OTEL_SERVICE_NAME", "shop"),
        ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.5"),
    ];

    let ended = assert_faults("doctor", &variables, &[]);

    let line = |start: &str| {
        let found = ended.stderr.lines().find(|line| line.starts_with(start));
        found.unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("service name"), "service name shop OTEL_SERVICE_NAME");
    assert_eq!(line("headers"), "headers authorization=… OTEL_EXPORTER_OTLP_HEADERS");
    assert_eq!(line("hash key"), "hash key set, hidden LLM_TRACE_HASH_KEY");
    assert_eq!(line("sampler"), "sampler TraceIdRatio(0.5) OTEL_TRACES_SAMPLER");
    assert_eq!(line("propagators"), "propagators tracecontext,baggage default");
    assert!(line("traces").contains(&*receiver.url()) && line("traces").ends_with(ENDPOINT));
    for secret in ["hunter2", "0f0e0d0c"] {
        assert!(!ended.stderr.contains(secret), "{secret} is told");
    }
}

#[test]
fn a_wrong_port_is_named() {
    let url = format!("http://127.0.0.1:{}", free_port());

    let ended = assert_faults("doctor", &[(ENDPOINT, &url)], &["NobodyListens"; 3]);

    assert_says(&ended, &format!("nobody listens at {url}/v1/traces: is the port right"));
}

#[test]
fn http_to_a_port_of_grpc_is_named() {
    let receiver = Receiver::grpc();
    let url = receiver.url();
    for protocol in ["http/protobuf", "http/json"] {
        let variables = [(ENDPOINT, &*url), (PROTOCOL, protocol)];
        let ended = assert_faults("doctor", &variables, &["HttpToGrpc"; 3]);
        assert_says(&ended, "speaks gRPC and not HTTP: set OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
    }
}

#[test]
fn grpc_to_a_port_of_http_is_named() {
    let receiver = Receiver::http();

    let variables = [(ENDPOINT, &*receiver.url()), (PROTOCOL, "grpc")];
    let ended = assert_faults("doctor", &variables, &["GrpcToHttp"]);

    assert_says(&ended, "speaks HTTP and not gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
}

#[test]
fn a_missing_scheme_is_named() {
    let ended = assert_faults("doctor", &[(ENDPOINT, "localhost:4318")], &["Malformed"]);

    assert_says(&ended, "write a URL with a scheme, such as http://localhost:4318");
}

#[test]
fn a_bad_header_is_named_and_not_repeated() {
    let variables = [
        (ENDPOINT, "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization Bearer hunter2"),
    ];

    let ended = assert_faults("doctor", &variables, &["Malformed"]);

    assert_says(&ended, "OTEL_EXPORTER_OTLP_HEADERS is malformed at pair 1");
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
}

#[test]
fn tls_to_a_plain_port_and_plain_words_to_tls_are_named() {
    let authority = Authority::new();
    let (plain, secure) = (Receiver::http(), Receiver::tls(authority.server(false)));
    let (plain_grpc, certificate) = (Receiver::grpc(), authority.certificate());
    let turned = |receiver: &Receiver, scheme: &str| {
        format!("{scheme}{}", receiver.url().split_once(':').unwrap().1)
    };

    for (url, protocol, kind, count) in [
        (turned(&plain, "https:"), "http/protobuf", "TlsToPlain", 3),
        (turned(&plain_grpc, "https:"), "grpc", "TlsToPlain", 1),
        (turned(&secure, "http:"), "http/protobuf", "PlainToTls", 3),
        (turned(&secure, "http:"), "grpc", "PlainToTls", 1),
        (secure.url(), "http/protobuf", "Untrusted", 3),
    ] {
        let variables = [(ENDPOINT, &*url), (PROTOCOL, protocol)];
        assert_faults("doctor", &variables, &vec![kind; count]);
    }
    let url = secure.url();
    let variables = [(ENDPOINT, &*url), ("OTEL_EXPORTER_OTLP_CERTIFICATE", &*certificate)];
    assert_faults("doctor", &variables, &[]);
}

#[test]
fn a_set_up_that_is_switched_off_is_named() {
    let receiver = Receiver::http();

    let variables = [(ENDPOINT, &*receiver.url()), ("OTEL_SDK_DISABLED", "true")];
    assert_faults("doctor", &variables, &["Disabled"]);

    assert!(receiver.everything().bytes.is_empty() && receiver.everything().forms.is_empty());
}

#[test]
fn a_filter_that_hides_all_is_named() {
    let receiver = Receiver::http();
    let url = receiver.url();
    let endpoint = (ENDPOINT, &*url);

    let ended = assert_faults("doctor-filtered", &[endpoint], &["Filtered"]);
    assert_says(&ended, "the `tracing` subscriber lets nothing below warn through");

    let variables = [endpoint, ("OTEL_TRACES_SAMPLER", "always_off")];
    let ended = assert_faults("doctor", &variables, &["Filtered"]);
    assert_says(&ended, "the sampler keeps no trace: see OTEL_TRACES_SAMPLER");

    let variables = [endpoint, ("LLM_TRACE_EXPORT_LOG_FILTER", "off")];
    let ended = assert_faults("doctor", &variables, &["Filtered"]);
    assert_says(&ended, "LLM_TRACE_EXPORT_LOG_FILTER is \"off\": no event is exported");
}

#[test]
fn how_spans_are_made_is_told_before_init_and_after() {
    let receiver = Receiver::http();
    let url = receiver.url();
    for (subscriber, way) in [
        (None, "no `tracing` subscriber but that of `init()`"),
        (Some("text"), "has no `tracing-opentelemetry` layer: spans of calls are made without it"),
        // What is made without the subscriber, its filter does not hold back.
        (Some("text-warn"), "has no `tracing-opentelemetry` layer"),
        (Some("layer"), "has a `tracing-opentelemetry` layer: spans are made by that"),
    ] {
        let mut variables = vec![(ENDPOINT, &*url)];
        variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));
        for scenario in ["doctor", "doctor-installed"] {
            let ended = assert_faults(scenario, &variables, &[]);
            assert_says(&ended, way);
            let uncounted = ended.lines("add `.with(llm_trace::layer())`").len();
            assert_eq!(uncounted, usize::from(subscriber.is_some()), "{}", ended.stderr);
        }
    }
    let ended =
        assert_faults("doctor", &[(ENDPOINT, &*url), ("PROGRAM_SUBSCRIBER", "harvest")], &[]);
    assert!(ended.lines("llm_trace::layer()").is_empty(), "{}", ended.stderr);
    let variables = [(ENDPOINT, &*url), ("PROGRAM_SUBSCRIBER", "layer-under-warn")];
    assert_faults("doctor", &variables, &["Filtered"]);
    assert_faults("doctor-installed", &variables, &["Filtered"]);
}

#[test]
fn a_second_init_is_named() {
    let receiver = Receiver::http();

    let ended = assert_faults("doctor-twice", &[(ENDPOINT, &*receiver.url())], &["SecondInit"]);

    assert_says(&ended, "what it said is not in effect");
}

#[test]
fn a_host_that_is_not_there_is_named() {
    for protocol in ["http/protobuf", "grpc"] {
        let variables = [(ENDPOINT, "http://no-such-host.invalid:4318"), (PROTOCOL, protocol)];
        // The three signals say the same.
        let ended = assert_faults("doctor", &variables, &["Unreachable"]);
        assert_says(&ended, "no-such-host.invalid cannot be reached");
    }
}

#[test]
fn a_signal_that_a_receiver_does_not_know_is_named_with_its_switch() {
    let receiver = Receiver::http_of(&["/v1/traces"]);

    let variables = [(ENDPOINT, &*receiver.url())];
    let ended = assert_faults("doctor", &variables, &["SignalUnknown"; 2]);

    assert_says(&ended, "switch them off with OTEL_METRICS_EXPORTER=none");
    assert_says(&ended, "switch them off with OTEL_LOGS_EXPORTER=none");
}

#[test]
fn a_variable_that_has_no_effect_is_named_and_so_is_what_was_meant() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENPOINT", "http://localhost:4318"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on"),
    ];

    let ended = assert_faults("doctor", &variables, &["Variable"; 2]);

    assert_says(
        &ended,
        "OTEL_EXPORTER_OTLP_ENPOINT is not known; did you mean OTEL_EXPORTER_OTLP_ENDPOINT?",
    );
    assert_says(&ended, "OTEL_METRICS_EXEMPLAR_FILTER is set, and has no effect here");
}
