use llm_trace::llm_span;

#[llm_span(workflow = "everything")]
fn main() {}
