use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", dimensions = 256, tool_call_id = "call_1")]
fn chat() {}

fn main() {}
