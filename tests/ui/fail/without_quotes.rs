use llm_trace::llm_span;

#[llm_span(model = gpt-4o, provider = azure.ai-inference)]
fn chat() {}

fn main() {}
