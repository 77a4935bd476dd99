use llm_trace::llm_span;

#[llm_span]
fn chat() {}

fn main() {}
