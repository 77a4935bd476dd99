//! The collector goes away and comes back, and the program does not notice.
//!
//! ```text
//! cargo run --example collector_outage
//! ```
//!
//! The same calls are made twice: first with a queue alone, which fills and drops what is new, then
//! with a spool, which keeps all of it in files. Both times the last line says where every span is.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use llm_trace::{Batching, Builder, Protocol, SignalStats, Usage, llm_span};
use receiver::Receiver;
use tracing_subscriber::layer::SubscriberExt;

const CALLS_PER_SECOND: u32 = 100;
/// For how long the collector is there, is away, and is there again.
const PHASES: [(&str, Duration); 3] = [
    ("the collector is there", Duration::from_millis(500)),
    ("the collector is away", Duration::from_millis(1500)),
    ("the collector is back", Duration::from_millis(2500)),
];

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
fn chat(prompt: &str) -> String {
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 5));
    prompt.to_uppercase()
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("with a queue alone:");
    report(outage(None)?);

    let directory = std::env::temp_dir().join(format!("llm-trace-outage-{}", std::process::id()));
    println!("\nwith a spool in {}:", directory.display());
    report(outage(Some(&directory))?);
    std::fs::remove_dir_all(directory)?;
    Ok(())
}

/// Makes calls through an outage; returns what became of them, and how many were made.
fn outage(spool: Option<&Path>) -> Result<(SignalStats, u64), Box<dyn Error>> {
    let mut receiver = Some(Receiver::start(0)?);
    let (url, port) = receiver.as_ref().map(|it| (it.url(), it.port())).unwrap_or_default();
    let mut builder = Builder::new()
        .with_endpoint(url)
        .with_protocol(Protocol::Grpc)
        // The receiver takes spans only.
        .with_metrics_exporters([])
        .with_logs_exporters([])
        // An export is given up, and a span is sent, sooner than by default: so is the outage over.
        .with_timeout(Duration::from_millis(300))
        .with_span_batching(
            Batching::new()
                .with_queue_size(50)
                .with_batch_size(20)
                .with_delay(Duration::from_millis(50)),
        );
    if let Some(directory) = spool {
        builder = builder.with_spool(directory, 16 * 1024 * 1024);
    }
    let parts = builder.build()?;
    let stats = parts.guard.stats_handle();
    let subscriber = tracing_subscriber::registry().with(parts.layer());
    let calls = tracing::subscriber::with_default(subscriber, || {
        let mut calls = 0;
        for (phase, lasts) in PHASES {
            if phase.ends_with("away") {
                receiver = None;
            } else if receiver.is_none() {
                receiver = Some(Receiver::start(port)?);
            }
            calls += make_calls(phase, lasts);
        }
        Ok::<_, std::io::Error>(calls)
    })?;
    parts.guard.shutdown()?;
    Ok((stats.read().traces, calls))
}

/// Makes calls for a while; returns how many.
fn make_calls(phase: &str, lasts: Duration) -> u64 {
    let (started, interval) = (Instant::now(), Duration::from_secs(1) / CALLS_PER_SECOND);
    let (mut calls, mut slowest) = (0, Duration::ZERO);
    while started.elapsed() < lasts {
        let called = Instant::now();
        chat("What is the capital of Norway?");
        slowest = slowest.max(called.elapsed());
        calls += 1;
        std::thread::sleep((interval * calls).saturating_sub(started.elapsed()));
    }
    println!("  {phase}: {calls} calls, the slowest took {slowest:.1?}");
    calls.into()
}

fn report((stats, calls): (SignalStats, u64)) {
    let (arrived, dropped) = (stats.exported, stats.queue_full);
    println!(
        "  of {calls} spans {arrived} arrived, {dropped} found the queue full, {} were given up,",
        stats.failed
    );
    println!("  {} are in the spool, and {} requests were repeated", stats.spooled, stats.retries);
}

#[test]
fn with_a_queue_alone_what_is_lost_is_counted() {
    let (stats, calls) = outage(None).expect("the receiver is in this process");

    assert!(stats.lost() > 0 && stats.exported > 0, "{stats:?}");
    assert_eq!(stats.exported + stats.lost(), calls, "{stats:?}");
}

#[test]
fn with_a_spool_nothing_is_lost() {
    let directory = std::env::temp_dir().join(format!("llm-trace-outage-{}", std::process::id()));

    let (stats, calls) = outage(Some(&directory)).expect("the receiver is in this process");

    assert_eq!((stats.exported, stats.lost(), stats.spooled), (calls, 0, 0), "{stats:?}");
    std::fs::remove_dir_all(directory).expect("the directory is empty but for a lock");
}
