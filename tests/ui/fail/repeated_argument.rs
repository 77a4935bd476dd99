use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", model = "gpt-4o-mini")]
fn chat() {}

fn main() {}
