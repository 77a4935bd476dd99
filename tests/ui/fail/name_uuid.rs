use llm_trace::llm_span;

#[llm_span(agent = "planner-67e55044-10b1-426f-9247-bb680e5fe0c8")]
fn plan() {}

fn main() {}
