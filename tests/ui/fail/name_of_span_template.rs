use llm_trace::llm_span;

#[llm_span(name = "chat {tenant}", model = "gpt-4o", provider = "openai")]
fn chat() {}

fn main() {}
