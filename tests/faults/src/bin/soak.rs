//! Every fault for twenty seconds at 500 calls per second, and the table of what that did.
//!
//! `soak [SECONDS [FAULT…]]`, with faults as the table names them. It fails if anything does not hold
//! that must.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use llm_trace_faults::{Fault, Protocol, Run, caller};

/// Longer than an export may take, so that one that hangs when the fault ends is over.
const HEALTHY: Duration = Duration::from_secs(15);

const SLOWER: Duration = Duration::from_millis(1);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if caller::is_called() {
        return caller::run().map(|()| ExitCode::SUCCESS);
    }
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(20);
    let wanted: Vec<_> = arguments.collect();
    let all = [Fault::None].into_iter().chain(Fault::ALL);
    let faults: Vec<_> =
        all.filter(|it| wanted.is_empty() || wanted.contains(&it.to_string())).collect();
    assert!(!faults.is_empty(), "there is no such fault; the table names them");
    let program = std::env::current_exe()?;
    let program = program.to_str().expect("the path is UTF-8");
    println!(
        "500 calls per second, {seconds} s of each fault and then {} s without",
        HEALTHY.as_secs()
    );
    println!(
        "| receiver | protocol | p50 µs | p99 µs | slower at p99 | grown MB | calls | arrived | failed | queue full | rejected | unsent | retries |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut all_hold = true;
    for fault in faults {
        for protocol in [Protocol::Http, Protocol::Grpc] {
            let run = Run {
                fault,
                faulty: Duration::from_secs(seconds),
                healthy: HEALTHY,
                rate: 500,
                protocol,
                variables: Vec::new(),
            };
            let report = run.run(program);
            let count = |name: &str| report.number(&format!("traces.{name}"));
            let traced = &report.said["traced_us"];
            println!(
                "| {fault} | {protocol:?} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {} | {} | {} | {} | {} | {} |",
                traced[0].as_f64().unwrap_or_default(),
                traced[1].as_f64().unwrap_or_default(),
                report.slowed_us(),
                f64::from(u32::try_from(report.number("grown_kb")).unwrap_or(u32::MAX)) / 1024.0,
                report.number("calls"),
                report.received,
                count("failed"),
                count("queue_full"),
                count("rejected"),
                count("unsent"),
                count("retries"),
            );
            if fault == Fault::None {
                let lost = count("lost");
                all_hold &= lost == 0;
                continue;
            }
            for broken in report.broken(fault, SLOWER) {
                println!("  DOES NOT HOLD: {broken}");
                all_hold = false;
            }
        }
    }
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
