use llm_trace::llm_span;

#[llm_span(tool = concat!("add", "_numbers"))]
fn add() {}

fn main() {}
