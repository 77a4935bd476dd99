use llm_trace::llm_span;

#[llm_span(operation = "embeddings", provider = "openai")]
fn embed() {}

fn main() {}
