use llm_trace::llm_span;

#[llm_span(workflow = "trip\nplan")]
fn trip() {}

fn main() {}
