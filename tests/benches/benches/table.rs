//! One table: time, instructions and allocations per call, by hand and annotated, side by side.
//!
//! `cargo bench -p llm-trace-benches --bench table`. Instructions need valgrind; without it their
//! column is empty. They are those of the calling thread, and the number to trust: time on a shared
//! machine is not.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use llm_trace_benches::calls;
use llm_trace_benches::cases::{Case, Function, Listener};

const REPEAT: &str = env!("CARGO_BIN_EXE_repeat");
const ALLOCATIONS: &str = env!("CARGO_BIN_EXE_allocations");

fn main() {
    let by_hand = Case { function: Function::ByHand, listener: Listener::Default };
    let reference = instructions(by_hand);
    println!("| listener | function | ns | instructions | of H | allocations |");
    println!("|---|---|---:|---:|---:|---:|");
    for case in Case::all() {
        let instructions = instructions(case);
        let share = instructions.zip(reference).map(|(own, h)| format!("{:.2}", own / h));
        println!(
            "| {:?} | {:?} | {} | {} | {} | {} |",
            case.listener,
            case.function,
            time(case).as_nanos(),
            instructions.map_or_else(String::new, |own| format!("{own:.0}")),
            share.unwrap_or_default(),
            allocations(case),
        );
    }
    println!("\nH is Default/ByHand; every row includes the bare function.\n");
    let messages = Case { function: Function::AnnotatedMessages, listener: Listener::Lean };
    let without = Case { function: Function::Annotated, listener: Listener::Lean };
    let own = time(messages).saturating_sub(time(without));
    let least = hash();
    let share = own.as_secs_f64() / least.as_secs_f64();
    println!(
        "100 KB of messages hashed: {own:.1?}; blake3 alone, buffered and keyed: {least:.1?}; {share:.2}"
    );
}

/// Time of the hash alone.
fn hash() -> Duration {
    let messages = calls::messages();
    let mut buffer = Vec::new();
    fastest(|| {
        black_box(calls::hash(black_box(&messages), &mut buffer));
    })
}

/// Time of one call.
fn time(case: Case) -> Duration {
    let _listener = case.listener.install();
    fastest(|| case.run())
}

/// The fastest of several bursts, with a pause in between in which the exporter keeps up.
fn fastest(mut run: impl FnMut()) -> Duration {
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

/// Instructions per call: the difference between two runs, divided by the difference in calls.
fn instructions(case: Case) -> Option<f64> {
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

fn allocations(case: Case) -> String {
    let counted = Command::new(ALLOCATIONS).arg(case.to_string()).output();
    counted
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
