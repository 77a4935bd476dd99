use llm_trace::llm_span;

#[llm_span(tool = "add")]
const fn add(left: u8, right: u8) -> u8 {
    left + right
}

// The function is still there.
const SUM: u8 = add(1, 2);

fn main() {}
