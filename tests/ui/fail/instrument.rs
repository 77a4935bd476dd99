use llm_trace::llm_span;
// Stands for `tracing::instrument`: what counts is the name.
use llm_trace::llm_span as instrument;

#[llm_span(tool = "add")]
#[instrument(tool = "add")]
fn add() {}

#[llm_span(tool = "add")]
#[llm_span(tool = "sum")]
fn twice() {}

fn main() {}
