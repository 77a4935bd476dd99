use llm_trace::llm_span;

#[llm_span(model = "gpt-4o")]
fn chat() {}

fn main() {}
