use llm_trace::llm_span;

#[llm_span(tool = "add", level = 3)]
fn add() {}

fn main() {}
