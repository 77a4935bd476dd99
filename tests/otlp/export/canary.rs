//! No canary of ten thousand calls is in the bytes that leave, however it is written and sent.

use std::fs;

use opentelemetry_proto::tonic::trace::v1::Span;

use crate::program::{Ended, run};
use crate::receiver::{Everything, Receiver};

/// How every canary of `canaries.rs` starts: as it is, in hexadecimal, and in Base64 by where it starts.
const FORMS: &[&str] =
    &["cnry7f3a", "636e727937663361", "636E727937663361", "Y25yeTdmM2", "Nucnk3ZjNh", "jbnJ5N2YzY"];

/// Makes the calls of a scenario, and gives what was received over HTTP to `check`.
fn check(scenario: &str, more: &[(&str, &str)], check: impl FnOnce(&Everything)) {
    check_at(&Receiver::http(), scenario, more, |everything, _| check(everything));
}

/// Makes the calls of a scenario, and gives what was received, and how the program ended, to `check`.
fn check_at(
    receiver: &Receiver,
    scenario: &str,
    more: &[(&str, &str)],
    check: impl FnOnce(&Everything, &Ended),
) {
    let url = receiver.url();
    let mut variables = vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
        ("LLM_TRACE_EXPORT_LOG_FILTER", "trace"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "200000"),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "200000"),
        ("RUST_LOG", "off"),
    ];
    variables.extend(more);

    let ended = run(scenario, &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{scenario}: {}", ended.stderr);
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0], "{scenario}");
    check(&everything, &ended);
}

/// Returns the first canary that left, with what is around it.
fn found(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let at = FORMS.iter().find_map(|form| text.find(form))?;
    let before = text[..at].chars().rev().take(200).collect::<Vec<_>>();
    Some(before.into_iter().rev().chain(text[at..].chars().take(60)).collect())
}

fn is_ours(span: &Span) -> bool {
    span.attributes.iter().any(|attribute| attribute.key == "llm_trace.outcome")
}

#[test]
fn no_text_of_ten_thousand_calls_leaves_by_any_signal() {
    for scenario in ["canaries", "canaries-unfiltered"] {
        check(scenario, &[], |everything| {
            let ours = everything.spans().into_iter().filter(|span| is_ours(span)).count();
            assert!(ours >= 10_000, "{scenario}: {ours} spans");
            let logs = everything.logs().len();
            assert!(logs >= 90_000, "{scenario}: {logs} log records");
            assert!(!everything.metrics().is_empty(), "{scenario}");
            let events = everything.spans().iter().map(|span| span.events.len()).sum::<usize>();
            let has_events = scenario == "canaries-unfiltered";
            assert_eq!(events >= 30_000, has_events, "{scenario}: {events} events");
            assert_eq!(found(&everything.bytes), None, "{scenario}");
        });
    }
}

#[test]
fn no_text_leaves_by_any_transport_by_a_file_or_to_prometheus() {
    let path = std::env::temp_dir().join(format!("llm-trace-canary-{}.jsonl", std::process::id()));
    for (receiver, protocol) in [(Receiver::grpc(), "grpc"), (Receiver::http(), "http/json")] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("LLM_TRACE_JSON_FILE", path.to_str().unwrap()),
            ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
            ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
            ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        ];
        check_at(&receiver, "canaries-some", &variables, |everything, ended| {
            let lines = fs::read_to_string(&path).unwrap();
            fs::remove_file(&path).unwrap();
            let file = Everything::of_lines(lines.lines());
            assert_eq!(file.violations, [""; 0], "{protocol}");
            for (place, everything) in [(protocol, everything), ("the file", &file)] {
                let ours = everything.spans().into_iter().filter(|span| is_ours(span)).count();
                assert!(ours >= 2_000, "{place}: {ours} spans");
                let logs = everything.logs().len();
                assert!(logs >= 18_000, "{place}: {logs} log records");
                assert!(!everything.metrics().is_empty(), "{place}");
                assert_eq!(found(&everything.bytes), None, "{place}");
            }
            let scraped = &ended.stdout;
            assert!(scraped.contains("gen_ai_client_operation_duration_seconds"), "{scraped}");
            assert_eq!(found(scraped.as_bytes()), None);
        });
    }
}

/// What would be found, if the gate were open.
#[test]
fn the_same_texts_leave_where_the_program_says_so() {
    let open = [
        ("LLM_TRACE_CAPTURE", "full"),
        ("LLM_TRACE_ERROR_TEXT", "true"),
        ("LLM_TRACE_OPEN_TARGETS", "program"),
    ];
    check("canaries-few", &open, |everything| {
        let spans = format!("{:?}", everything.spans());
        let logs = format!("{:?}", everything.logs());
        for place in [
            "system",
            "prompt",
            "part",
            "arguments",
            "tool",
            "answer",
            "call",
            "foreign",
            "field",
            "query",
            "error",
            "event",
            "result",
        ] {
            let said = (0..24).any(|call| spans.contains(&format!("cnry7f3a-{call}-{place}")));
            assert!(said, "{place} {spans}");
        }
        assert!(logs.contains("cnry7f3a-0-event"), "{logs}");
        assert!(found(&everything.bytes).is_some());
    });
}
