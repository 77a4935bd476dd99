use llm_trace::llm_span;

#[llm_span(tool = { "add" })]
fn add() {}

fn main() {}
