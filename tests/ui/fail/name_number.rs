use llm_trace::llm_span;

#[llm_span(tool = "order_4711000815")]
fn order() {}

fn main() {}
