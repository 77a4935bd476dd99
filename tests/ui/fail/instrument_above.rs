use llm_trace::llm_span;

#[tracing::instrument]
#[llm_span(tool = "add")]
fn add() {}

#[tracing::instrument]
#[llm_span(tool = "wait")]
async fn wait() {}

fn main() {}
