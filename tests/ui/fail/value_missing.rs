use llm_trace::llm_span;

#[llm_span(model = , provider)]
fn chat() {}

fn main() {}
