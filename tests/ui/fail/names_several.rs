use llm_trace::llm_span;

#[llm_span(name = "chat ada@example.com", agent = "", workflow = "{}")]
fn plan() {}

fn main() {}
