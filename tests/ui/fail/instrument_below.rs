use llm_trace::llm_span;

#[llm_span(tool = "add")]
#[tracing::instrument(skip_all)]
fn add() {}

fn main() {}
