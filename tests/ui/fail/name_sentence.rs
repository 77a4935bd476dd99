use llm_trace::llm_span;

#[llm_span(agent = "You are a helpful assistant.")]
fn help() {}

fn main() {}
