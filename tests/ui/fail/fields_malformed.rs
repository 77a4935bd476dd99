use llm_trace::llm_span;

#[llm_span(tool = "add", fields(app.tenant = 1, "app.user", "app.beta" = true))]
fn add() {}

#[llm_span(tool = "add", fields = "app.tenant")]
fn not_a_list() {}

fn main() {}
