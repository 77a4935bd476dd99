use llm_trace::llm_span;

#[llm_span(tool = "add", tenant = "acme")]
fn add() {}

fn main() {}
