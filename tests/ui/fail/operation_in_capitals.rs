use llm_trace::llm_span;

#[llm_span(operation = "Chat", model = "gpt-4o", provider = "openai")]
fn chat() {}

fn main() {}
