use llm_trace::llm_span;

#[llm_span(agent = "ada@example.com")]
fn plan() {}

fn main() {}
