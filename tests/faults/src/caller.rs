//! A service that makes calls, set up by the environment. It is a program of its own, `caller`, and in
//! the programs that measure it, which Cargo builds alone.
//!
//! Beside each call it makes one that is not annotated, so that whatever else the machine does slows
//! both. It prints `ready`, and at its end a line of JSON.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use llm_trace::{SignalStats, Usage, llm_span};
use serde_json::json;

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat(prompt: &str) -> u64 {
    let call = llm_trace::current();
    call.record_usage(Usage::cache_inclusive(12, 34));
    call.record_finish_reason("stop");
    work(prompt)
}

/// What a call does, telemetry aside.
#[inline(never)]
fn work(prompt: &str) -> u64 {
    prompt.bytes().map(u64::from).sum()
}

/// How it is called: `PROGRAM caller RATE SECONDS`.
pub(crate) const NAME: &str = "caller";

/// Returns whether this process is to be the service.
#[must_use]
pub fn is_called() -> bool {
    std::env::args().nth(1).is_some_and(|name| name == NAME)
}

/// Is the service.
///
/// # Errors
///
/// Says what is wrong with the arguments or the environment.
pub fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(2);
    let mut number =
        || arguments.next().ok_or("caller RATE SECONDS")?.parse().map_err(Box::<dyn Error>::from);
    let (rate, seconds): (f64, f64) = (number()?, number()?);
    let guard = llm_trace::init()?;
    let stats = guard.stats_handle();
    let prompt = "What is the capital of Norway? ".repeat(30);
    // The first call sets up what all others use.
    black_box(chat(&prompt));
    let started = Instant::now();
    let (memory, cpu) = (memory("VmRSS:"), cpu_ms());
    println!("ready");
    std::io::stdout().flush()?;

    let interval = Duration::from_secs_f64(1.0 / rate);
    let (mut traced, mut bare) = (Vec::new(), Vec::new());
    let mut calls = 1;
    while started.elapsed().as_secs_f64() < seconds {
        bare.push(time(|| work(&prompt)));
        traced.push(time(|| chat(&prompt)));
        calls += 1;
        sleep((interval * (calls - 1)).saturating_sub(started.elapsed()));
    }
    let peak = self::memory("VmHWM:");
    let (lasted, cpu) = (started.elapsed().as_secs_f64(), cpu_ms() - cpu);
    let ending = Instant::now();
    let is_sent = guard.shutdown().is_ok();

    let (bare, traced) = (percentiles(bare), percentiles(traced));
    let stats = stats.read();
    println!(
        "{}",
        json!({
            "calls": calls,
            "bare_us": bare,
            "traced_us": traced,
            "grown_kb": peak.saturating_sub(memory),
            "seconds": lasted,
            "cpu_ms": cpu,
            "shutdown_ms": u64::try_from(ending.elapsed().as_millis())?,
            "is_sent": is_sent,
            "traces": counts(stats.traces),
        })
    );
    Ok(())
}

fn time(call: impl FnOnce() -> u64) -> Duration {
    let started = Instant::now();
    black_box(call());
    started.elapsed()
}

/// The median, the 99th percentile and the longest, in microseconds.
fn percentiles(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort_unstable();
    let last = times.len() - 1;
    [last / 2, last * 99 / 100, last].map(|index| times[index].as_secs_f64() * 1e6)
}

/// A line of what Linux says of this process, in kilobytes; nothing elsewhere.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    found.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The time that this process has had a core, in milliseconds; nothing but on Linux.
fn cpu_ms() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    // In ticks, of which Linux promises a hundred per second.
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn counts(stats: SignalStats) -> serde_json::Value {
    json!({
        "exported": stats.exported,
        "failed": stats.failed,
        "queue_full": stats.queue_full,
        "queued": stats.queued,
        "rejected": stats.rejected,
        "retries": stats.retries,
        "spool_lost": stats.spool_lost,
        "spooled": stats.spooled,
        "unsent": stats.unsent,
        "lost": stats.lost(),
    })
}
