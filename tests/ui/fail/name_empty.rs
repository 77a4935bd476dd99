use llm_trace::llm_span;

#[llm_span(tool = "")]
fn add() {}

fn main() {}
