use llm_trace::llm_span;

#[llm_span(model = "m", provider = custom(""))]
fn chat() {}

fn main() {}
