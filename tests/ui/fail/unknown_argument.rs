use llm_trace::llm_span;

#[llm_span(modle = "gpt-4o", provider = "openai")]
fn chat() {}

fn main() {}
