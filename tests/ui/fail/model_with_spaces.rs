use llm_trace::llm_span;

#[llm_span(model = "GPT 4o mini", provider = "openai")]
fn chat() {}

fn main() {}
