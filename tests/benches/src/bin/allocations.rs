//! Counts the allocations of one case, per call: `allocations CASE`. A process of its own, because
//! the counting allocator costs what it counts.

use llm_trace_benches::cases::Case;

const CALLS: u32 = 1000;

fn main() {
    let case = Case::named(&std::env::args().nth(1).unwrap_or_default());
    let _listener = case.listener.install();
    case.repeat(CALLS);
    let counted = allocation_counter::measure(|| case.repeat(CALLS));
    println!("{}", counted.count_total / u64::from(CALLS));
}
