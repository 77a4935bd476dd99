use llm_trace::llm_span;

#[llm_span(tool = "add", level = "verbose")]
fn add() {}

fn main() {}
