//! A receiver that is down, hangs or refuses costs the program one line and a bounded wait.

use std::net::TcpListener;
use std::time::Duration;

use crate::program::{Ended, run};
use crate::receiver::Receiver;

/// What ending a program may take beyond the five seconds of the flush timeout.
pub(crate) const BOUND: Duration = Duration::from_millis(6500);
const WARNING: &str = "telemetry is not exported to ";

#[test]
fn an_unreachable_receiver_is_said_once() {
    for protocol in ["http/protobuf", "grpc"] {
        // Nobody listens on a port that was just given back.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{address}");

        let ended = run_at(&url, protocol, "plain");

        assert!(ended.is_success && ended.took < BOUND, "{protocol}: {ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{protocol}: {}", ended.stderr);
        let [warning] = ended.lines(WARNING)[..] else { panic!("{protocol}: {}", ended.stderr) };
        assert!(warning.contains(&format!("{url}: ")), "{warning}");
        assert!(warning.contains("Connection refused"), "{warning}");
    }
}

#[test]
fn a_receiver_that_hangs_does_not_hold_the_program() {
    for protocol in ["http/protobuf", "grpc"] {
        // Connections wait to be accepted for ever.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());

        let ended = run_at(&url, protocol, "current-thread");

        assert!(ended.is_success && ended.took < BOUND, "{protocol}: {ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{protocol}: {}", ended.stderr);
        assert_eq!(ended.lines(&format!("{WARNING}{url}: no answer in time")).len(), 1);
    }
}

#[test]
fn a_signal_that_the_receiver_refuses_is_said_once() {
    let receiver = Receiver::http_of(&["/v1/traces", "/v1/logs"]);
    let url = receiver.url();

    let ended = run_at(&url, "http/protobuf", "again");

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(receiver.everything().spans().len(), 3);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    let warning = format!("{WARNING}{url}/v1/metrics: status code: 404");
    assert_eq!(ended.lines(&warning).len(), 1, "{}", ended.stderr);
}

#[test]
fn spans_that_find_the_queue_full_are_counted_and_said() {
    let receiver = Receiver::http();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "2"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"),
    ];

    let ended = run("burst", &variables);

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(ended.lines("spans are dropped: the queue was full").len(), 1, "{ended:?}");
    let [line] = ended.lines("spans were dropped: ")[..] else { panic!("{ended:?}") };
    let count = line.split_whitespace().find_map(|word| word.parse::<usize>().ok());
    assert_eq!(count.unwrap() + receiver.everything().spans().len(), 1000);
}

#[test]
fn shutdown_returns_what_was_wrong() {
    let receiver = Receiver::http_of(&["/v1/traces", "/v1/logs"]);
    let url = receiver.url();

    let ended = run_at(&url, "http/protobuf", "shutdown");

    assert!(!ended.is_success);
    assert_eq!(ended.lines(&format!("Error: {WARNING}{url}/v1/metrics")).len(), 1);
}

fn run_at(url: &str, protocol: &str, scenario: &str) -> Ended {
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", url), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
    run(scenario, &variables)
}
