use llm_trace::llm_span;

#[llm_span(operation = "invoke_agent")]
fn plan() {}

#[llm_span(operation = "embeddings")]
fn embed() {}

fn main() {}
