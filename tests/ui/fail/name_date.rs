use llm_trace::llm_span;

#[llm_span(workflow = "report-2026-11-20")]
fn report() {}

fn main() {}
