use llm_trace::llm_span;

#[llm_span(tool = "add", tenant = "acme")]
fn add() {}

#[llm_span(tenant = "acme")]
fn alone() {}

#[llm_span(oepration = "execute_tool")]
fn operation() {}

fn main() {}
