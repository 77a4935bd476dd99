//! What the tail rule takes in memory while it holds spans back. A binary of its own, for its
//! allocator counts.

use llm_trace::{Builder, TailSampling, Usage, llm_span};
use tracing_subscriber::layer::SubscriberExt;

const BOUND: usize = 4 << 20;
/// How many traces are open at a time, and how many of their spans have ended.
const OPEN: usize = 50;
const ENDED: usize = 400;

#[llm_span(model = "gpt-4o", provider = "openai", fields("app.note" = note))]
fn chat(prompt: &str, note: &str) {
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 34));
}

#[test]
fn what_is_held_back_stays_within_its_bytes() {
    let rule = TailSampling::ratio(0.0).with_max_bytes(BOUND);
    // Nobody is there, and nothing is sent.
    let parts = Builder::new()
        .with_endpoint("http://127.0.0.1:9")
        .with_tail_sampling(rule)
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(parts.layer());
    let _default = tracing::subscriber::set_default(subscriber);
    let run = || {
        let note = "n".repeat(200);
        let open: Vec<_> = (0..OPEN).map(|_| tracing::info_span!("open")).collect();
        for _ in 0..ENDED {
            for span in &open {
                span.in_scope(|| chat("a prompt", &note));
            }
        }
    };
    run();

    let measured = allocation_counter::measure(run);

    let most = usize::try_from(measured.bytes_max).unwrap();
    // What is counted is close to what is used, and there was a lot more to hold back.
    assert!((BOUND / 2..BOUND * 5 / 4).contains(&most), "{most} bytes");
    assert!(measured.bytes_total > 8 * measured.bytes_max);
}
