use llm_trace::llm_span;

#[llm_span(operation = "execute_tool")]
fn add() {}

fn main() {}
