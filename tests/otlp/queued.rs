//! What spans and log records that wait take in memory. A binary of its own, for its allocator counts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;

use llm_trace::opentelemetry::KeyValue;
use llm_trace::opentelemetry::logs::{LogRecord, Logger, LoggerProvider};
use llm_trace::opentelemetry::trace::{Span, Tracer, TracerProvider};
use llm_trace::{Batching, Builder, Parts};

/// What waits at most, and what beside it is counted only about.
const MOST: usize = 100 << 20;
/// As many as would take more than twice as much.
const ITEMS: usize = 60_000;
const TEXT: usize = 4096;

/// Sets up an export that hangs, with room for everything.
fn parts(listener: &TcpListener) -> Parts {
    let batching = Batching::default().with_queue_size(ITEMS * 2);
    Builder::new()
        .with_endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .with_span_batching(batching)
        .with_log_batching(batching)
        .build()
        .unwrap()
}

#[test]
fn what_waits_stays_within_its_bytes_and_what_is_dropped_is_counted() {
    // Connections wait to be accepted for ever.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let parts = parts(&listener);
    let tracer = parts.tracer_provider().unwrap().tracer("tests");
    let logger = parts.logger_provider().unwrap().logger("tests");
    let text = "t".repeat(TEXT);
    let spans = || {
        for _ in 0..ITEMS {
            let mut span = tracer.start("large");
            span.set_attribute(KeyValue::new("app.note", text.clone()));
            span.end();
        }
    };
    let logs = || {
        for _ in 0..ITEMS {
            let mut record = logger.create_log_record();
            record.set_body(text.clone().into());
            record.add_attribute("app.note", text.clone());
            logger.emit(record);
        }
    };

    let (of_spans, of_logs) =
        (allocation_counter::measure(spans), allocation_counter::measure(logs));

    let stats = parts.guard.stats();
    for (signal, measured, stats) in
        [("spans", of_spans, stats.traces), ("logs", of_logs, stats.logs)]
    {
        let most = usize::try_from(measured.bytes_max).unwrap();
        assert!(most < MOST, "{signal}: {most} bytes");
        assert!(measured.bytes_total > 2 * measured.bytes_max, "{signal}: {measured:?}");
        assert!(stats.queue_full > 0 && stats.queued > 0, "{signal}: {stats:?}");
        assert_eq!(stats.queue_full + stats.queued, ITEMS as u64, "{signal}: {stats:?}");
    }
}
