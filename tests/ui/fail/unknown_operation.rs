use llm_trace::llm_span;

#[llm_span(operation = "embedings", model = "text-embedding-3-small", provider = "openai")]
fn embed() {}

#[llm_span(operation = "summarize", model = "gpt-4o", provider = "openai")]
fn summarize() {}

fn main() {}
