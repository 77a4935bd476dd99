//! Runs one case many times: `repeat CASE TIMES`. For `valgrind --tool=callgrind`.

use llm_trace_benches::cases::Case;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let case = Case::named(&arguments.next().unwrap_or_default());
    let times: u32 = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(1);
    let _listener = case.listener.install();
    case.repeat(times);
}
