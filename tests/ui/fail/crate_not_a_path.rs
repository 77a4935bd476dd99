use llm_trace::llm_span;

#[llm_span(tool = "add", crate = "llm_trace")]
fn add() {}

fn main() {}
