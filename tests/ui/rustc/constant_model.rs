use llm_trace::llm_span;

const MODEL: &str = "gpt 4o";

#[llm_span(model = MODEL, provider = "openai")]
fn chat() {}

fn main() {}
