//! One table: time, instructions and allocations of one poll of a stream, bare, with a span that is
//! entered by hand, and annotated. `cargo bench -p llm-trace-benches --bench polls`

mod measure;

use llm_trace_benches::cases::{Case, Function};
use llm_trace_benches::streams::Style;
use measure::{allocations, fastest, instructions};

/// Polls of one stream.
const POLLS: u32 = 100;

fn main() {
    println!("| listener | poll gives | stream | ns | instructions | over by hand | allocations |");
    println!("|---|---|---|---:|---:|---:|---:|");
    let mut by_hand = None;
    for case in Case::polls() {
        let Function::Poll(style, item) = case.function else { continue };
        let instructions = instructions(case);
        if style == Style::ByHand {
            by_hand = instructions;
        }
        let over = instructions.zip(by_hand).filter(|_| style == Style::Annotated);
        let over = over.map_or_else(String::new, |(own, by_hand)| format!("{:.0}", own - by_hand));
        println!(
            "| {:?} | {item:?} | {style:?} | {} | {} | {over} | {} |",
            case.listener,
            time(case),
            instructions.map_or_else(String::new, |own| format!("{own:.0}")),
            allocations(case),
        );
    }
}

/// Nanoseconds per poll: the difference between streams of different lengths.
fn time(case: Case) -> u128 {
    let _listener = case.listener.install();
    let [few, many] = [POLLS, 2 * POLLS].map(|polls| fastest(|| case.repeat(polls)));
    many.saturating_sub(few).as_nanos() / u128::from(POLLS)
}
