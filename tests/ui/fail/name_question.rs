use llm_trace::llm_span;

#[llm_span(retrieval = "handbook?")]
fn look_up() {}

fn main() {}
