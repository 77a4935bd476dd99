//! One table: time, instructions and allocations per call, by hand and annotated, side by side.
//!
//! `cargo bench -p llm-trace-benches --bench table`. Instructions need valgrind; without it their
//! column is empty. They are those of the calling thread, and the number to trust: time on a shared
//! machine is not.

mod measure;

use std::hint::black_box;
use std::time::Duration;

use llm_trace_benches::calls;
use llm_trace_benches::cases::{Case, Function, Listener};
use measure::{allocations, fastest, instructions};

fn main() {
    llm_trace::load_prices();
    let by_hand = Case { function: Function::ByHand, listener: Listener::Default };
    let reference = instructions(by_hand);
    println!("| listener | function | ns | instructions | of H | allocations |");
    println!("|---|---|---:|---:|---:|---:|");
    // As in `-- Gate`, to see some rows alone.
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with('-')).unwrap_or_default();
    let cases = Case::all().chain(Case::gate());
    for case in cases.filter(|case| case.to_string().contains(&wanted)) {
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
    if !wanted.is_empty() {
        return;
    }
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
