//! No canary of ten thousand calls is in the bytes that leave, however it is written.

use crate::program::run;
use crate::receiver::Receiver;

/// How every canary of `canaries.rs` starts: as it is, in hexadecimal, and in Base64 by where it starts.
const FORMS: &[&[u8]] = &[
    b"cnry7f3a",
    b"636e727937663361",
    b"636E727937663361",
    b"Y25yeTdmM2",
    b"Nucnk3ZjNh",
    b"jbnJ5N2YzY",
];

#[test]
fn no_text_of_ten_thousand_calls_leaves_by_any_signal() {
    for scenario in ["canaries", "canaries-unfiltered"] {
        let receiver = Receiver::http();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("LLM_TRACE_EXPORT_LOG_FILTER", "trace"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "200000"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", "200000"),
            ("RUST_LOG", "off"),
        ];

        let ended = run(scenario, &variables);

        assert!(ended.is_success, "{scenario}: {}", ended.stderr);
        let everything = receiver.everything();
        let ours = everything.spans().iter().filter(|span| has(span, "llm_trace.outcome")).count();
        assert!(ours >= 10_000, "{scenario}: {ours} spans");
        assert!(everything.logs().len() > 10_000, "{scenario}: {} logs", everything.logs().len());
        assert!(!everything.metrics().is_empty());
        for form in FORMS {
            let at = everything.bytes.windows(form.len()).position(|window| window == *form);
            let context = at.map(|at| {
                let around = &everything.bytes[at.saturating_sub(200)..at + 60];
                String::from_utf8_lossy(around).into_owned()
            });
            assert_eq!(context, None, "{scenario}");
        }
    }
}

fn has(span: &opentelemetry_proto::tonic::trace::v1::Span, key: &str) -> bool {
    span.attributes.iter().any(|attribute| attribute.key == key)
}
