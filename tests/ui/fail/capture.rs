use llm_trace::llm_span;

#[llm_span(tool = "add", capture = "some")]
fn add() {}

#[llm_span(tool = "subtract", capture = true)]
fn subtract() {}

fn main() {}
