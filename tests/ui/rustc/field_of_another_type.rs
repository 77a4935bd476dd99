use llm_trace::llm_span;

struct Tenant;

#[llm_span(tool = "add", fields("app.tenant" = Tenant))]
fn add() {}

fn main() {}
