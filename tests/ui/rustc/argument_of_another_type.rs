use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", temperature = "hot")]
fn chat() {}

fn main() {}
