//! Two thousand traces, of which those that failed, took long or cost much are kept whole, and one
//! in a hundred of the rest.
//!
//! ```text
//! cargo run --example sampling
//! ```

use std::error::Error;
use std::thread::sleep;
use std::time::Duration;

use llm_trace::testing::{Capture, capture};
use llm_trace::{Builder, TailSampling, Usage, llm_span};
use tracing_subscriber::layer::SubscriberExt;

const TICKETS: u32 = 2000;

/// Stands for a provider that fails once, is slow once, and once has to think for two dollars.
#[llm_span(model = "gpt-4o-mini", provider = "openai", error_type = ToString::to_string)]
fn chat(ticket: u32) -> Result<(), u16> {
    let call = llm_trace::current();
    call.record_usage(Usage::cache_inclusive(120, 15));
    match ticket {
        400 => return Err(503),
        800 => sleep(Duration::from_millis(600)),
        1200 => call.record_cost(2.0),
        _ => {}
    }
    Ok(())
}

#[llm_span(agent = "desk", error_type = ToString::to_string, fields("app.ticket" = ticket))]
fn desk(ticket: u32) -> Result<(), u16> {
    chat(ticket)
}

/// Works all tickets off, and returns what was kept of their traces.
fn work(rule: TailSampling) -> Result<Capture, Box<dyn Error>> {
    // Stands for a backend. The same without code: LLM_TRACE_TAIL_RATIO, _SLOW and _COST.
    let kept = capture();
    let parts = Builder::new()
        .with_console(false)
        .with_tail_sampling(rule)
        .with_span_processor(kept.span_processor())
        .build()?;
    let subscriber = tracing_subscriber::registry().with(parts.layer());
    tracing::subscriber::with_default(subscriber, || {
        for ticket in 0..TICKETS {
            // The one that fails is not done.
            let _ = desk(ticket);
        }
    });
    parts.guard.shutdown()?;
    Ok(kept)
}

/// Draws the traces, without the spans that were seen to start and then dropped.
fn drawn(kept: &Capture) -> String {
    let tree = kept.tree().with(["app.ticket"]).to_string();
    let lines = tree.lines().filter(|line| !line.starts_with("still open"));
    lines.collect::<Vec<_>>().join("\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    let slow = Duration::from_millis(500);
    let kept = work(TailSampling::ratio(0.01).with_slow(slow).with_expensive(1.0))?;
    println!("{}", drawn(&kept));
    println!("{} of {} spans are kept", kept.spans().len(), 2 * TICKETS);
    Ok(())
}

#[test]
fn what_is_kept_is_as_drawn() {
    let rule = TailSampling::ratio(0.0).with_slow(Duration::from_millis(500)).with_expensive(1.0);
    let kept = work(rule).expect("nothing is wrong");
    let expected = r#"
invoke_agent desk {outcome = error, error = "503", app.ticket = 400}
└─ chat gpt-4o-mini {outcome = error, error = "503"}
invoke_agent desk {app.ticket = 800}
└─ chat gpt-4o-mini
invoke_agent desk {app.ticket = 1200}
└─ chat gpt-4o-mini
"#;
    assert_eq!(drawn(&kept), expected.trim());
    llm_trace::assert_conformant!(kept);
}
