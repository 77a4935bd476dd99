use llm_trace::llm_span;

#[llm_span(tool = 42)]
fn answer() {}

fn main() {}
