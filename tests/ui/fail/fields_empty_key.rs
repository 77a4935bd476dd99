use llm_trace::llm_span;

#[llm_span(tool = "add", fields("" = 1))]
fn add() {}

fn main() {}
