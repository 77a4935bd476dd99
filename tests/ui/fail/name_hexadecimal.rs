use llm_trace::llm_span;

#[llm_span(tool = "run-9f86d08a")]
fn run() {}

fn main() {}
