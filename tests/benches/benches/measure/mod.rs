//! Measures time, instructions and allocations of one case.

use std::process::Command;
use std::time::{Duration, Instant};

use llm_trace_benches::cases::Case;

const REPEAT: &str = env!("CARGO_BIN_EXE_repeat");
const ALLOCATIONS: &str = env!("CARGO_BIN_EXE_allocations");

/// The fastest of several bursts, with a pause in between in which the exporter keeps up.
pub(crate) fn fastest(mut run: impl FnMut()) -> Duration {
    const CALLS: u32 = 400;
    let bursts = (0..60).map(|_| {
        std::thread::sleep(Duration::from_millis(2));
        let started = Instant::now();
        for _ in 0..CALLS {
            run();
        }
        started.elapsed() / CALLS
    });
    bursts.min().unwrap_or_default()
}

/// Instructions per call, or per poll: the difference between two runs, divided by the difference in calls.
pub(crate) fn instructions(case: Case) -> Option<f64> {
    let (few, many) = (500, 2500);
    let counts = [few, many].map(|times| callgrind(case, times));
    let [Some(few_count), Some(many_count)] = counts else { return None };
    Some((many_count - few_count) / f64::from(many - few))
}

fn callgrind(case: Case, times: u32) -> Option<f64> {
    let directory = std::env::temp_dir().join(format!("llm-trace-{}", std::process::id()));
    std::fs::create_dir_all(&directory).ok()?;
    let output = directory.join("out");
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--separate-threads=yes", "-q"])
        .arg(format!("--callgrind-out-file={}", output.display()))
        .arg(REPEAT)
        .arg(case.to_string())
        .arg(times.to_string())
        .output();
    let calling_thread = std::fs::read_to_string(directory.join("out-01"));
    let whole = calling_thread.or_else(|_| std::fs::read_to_string(&output));
    std::fs::remove_dir_all(&directory).ok()?;
    ran.ok()?;
    let whole = whole.ok()?;
    let total = whole
        .lines()
        .find_map(|line| line.strip_prefix("summary:").or(line.strip_prefix("totals:")))?;
    total.trim().parse().ok()
}

pub(crate) fn allocations(case: Case) -> String {
    let counted = Command::new(ALLOCATIONS).arg(case.to_string()).output();
    counted
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
