use llm_trace::llm_span;

#[llm_span(tool = "add", fields("app.tenant" = 1, "app.tenant" = 2))]
fn add() {}

fn main() {}
