use llm_trace::llm_span;

#[llm_span(request = "body")]
fn chat() {}

fn main() {}
