use llm_trace::llm_span;

#[llm_span(tool = "add")]
#[test]
fn adds() {}

fn main() {}
