use llm_trace::llm_span;

#[llm_span(temperature = 0.2)]
fn chat() {}

fn main() {}
