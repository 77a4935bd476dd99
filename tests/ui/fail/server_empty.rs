use llm_trace::llm_span;

#[llm_span(model = "m", provider = "openai", server = "")]
fn chat() {}

fn main() {}
