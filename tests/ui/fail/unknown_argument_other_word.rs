use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", vendor = "openai")]
fn chat() {}

fn main() {}
