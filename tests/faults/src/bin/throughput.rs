//! How many spans per second go to a healthy receiver without a drop, and what that takes.
//!
//! `throughput [SECONDS] [RATE…]`. It fails if 20,000 per second are too many.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use llm_trace_faults::{Fault, Protocol, Run, caller};

/// What must go through.
const PROMISED: u32 = 20_000;
/// The settings of the queue that the promise is for: by default it has room for a tenth of a second
/// at this rate, which is enough unless the machine looks away for longer.
const QUEUE: [(&str, &str); 3] = [
    ("OTEL_BSP_MAX_QUEUE_SIZE", "16384"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2048"),
    ("OTEL_BSP_SCHEDULE_DELAY", "200"),
];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if caller::is_called() {
        return caller::run().map(|()| ExitCode::SUCCESS);
    }
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let seconds = arguments.next().unwrap_or(10);
    let mut rates: Vec<_> = arguments.filter_map(|rate| u32::try_from(rate).ok()).collect();
    if rates.is_empty() {
        rates = vec![PROMISED, 40_000, 60_000, 80_000];
    }
    let program = std::env::current_exe()?;
    let program = program.to_str().expect("the path is UTF-8");
    let settings = QUEUE.map(|(name, value)| format!("{name}={value}")).join(" ");
    println!("{seconds} s each, {settings}");
    println!("| protocol | queue | asked /s | made /s | arrived | dropped | p99 µs | cores |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let mut holds = true;
    for protocol in [Protocol::Http, Protocol::Grpc] {
        for (rate, is_wide) in rates.iter().flat_map(|rate| [(*rate, false), (*rate, true)]) {
            let variables = QUEUE.iter().filter(|_| is_wide);
            let run = Run {
                fault: Fault::None,
                faulty: Duration::ZERO,
                healthy: Duration::from_secs(seconds),
                rate,
                protocol,
                variables: variables.map(|(name, value)| (*name, (*value).to_owned())).collect(),
            };
            let report = run.run(program);
            let number = |name: &str| report.said[name].as_f64().unwrap_or_default();
            let (made, lost) = (number("calls") / number("seconds"), report.number("traces.lost"));
            println!(
                "| {protocol:?} | {} | {rate} | {made:.0} | {} | {lost} | {:.1} | {:.2} |",
                if is_wide { "as above" } else { "default" },
                report.received,
                report.said["traced_us"][1].as_f64().unwrap_or_default(),
                number("cpu_ms") / number("seconds") / 1000.0,
            );
            if rate == PROMISED && is_wide {
                holds &= lost == 0 && made > f64::from(PROMISED) * 0.98;
                holds &= report.received == report.number("calls");
            }
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
