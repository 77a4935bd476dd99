use llm_trace::llm_span;

#[llm_span(tool = "add", fields("gen_ai.agent.verison" = "1"))]
fn close() {}

#[llm_span(tool = "add", fields("gen_ai.tenant" = "acme"))]
fn not_close() {}

fn main() {}
