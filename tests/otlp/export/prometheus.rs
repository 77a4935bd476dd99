//! What Prometheus reads.

use std::net::TcpListener;

use crate::program::run;

#[test]
fn prometheus_reads_what_was_measured() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let variables = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &*port.to_string()),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_SERVICE_NAME", "shop"),
    ];

    let ended = run("prometheus", &variables);

    assert!(ended.is_success, "{ended:?}");
    for (line, count) in [
        ("HTTP/1.1 200 OK", 1),
        ("content-type: text/plain; version=0.0.4", 2),
        ("HTTP/1.1 404 Not Found", 1),
        ("# TYPE gen_ai_client_operation_duration_seconds histogram", 1),
        ("# TYPE gen_ai_client_token_usage histogram", 1),
        ("# TYPE gen_ai_invoke_agent_duration_seconds histogram", 1),
        ("service_name=\"shop\"", 1),
        ("closed: true", 1),
    ] {
        assert_eq!(ended.lines(line).len(), count, "{line}: {}", ended.stderr);
    }
    let sum = |name: &str, label: &str| {
        let lines = ended.lines(label);
        let line = lines.into_iter().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let tokens = "gen_ai_client_token_usage_sum";
    assert!((sum(tokens, "gen_ai_token_type=\"input\"") - 12.0).abs() < f64::EPSILON);
    assert!((sum(tokens, "gen_ai_token_type=\"output\"") - 34.0).abs() < f64::EPSILON);
    let count = "gen_ai_client_operation_duration_seconds_count";
    assert!((sum(count, "error_type=\"refused\"") - 1.0).abs() < f64::EPSILON);
    assert_eq!(ended.lines("canary").len(), 0);
}

#[test]
fn a_port_that_is_taken_stops_the_set_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let variables = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &*port),
    ];

    let ended = run("prometheus", &variables);

    assert!(!ended.is_success);
    let message = format!("127.0.0.1:{port}: Address already in use");
    assert_eq!(ended.lines(&message).len(), 1, "{ended:?}");
}
