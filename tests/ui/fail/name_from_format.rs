use llm_trace::llm_span;

#[llm_span(agent = format!("planner {}", user))]
fn plan(user: &str) -> usize {
    user.len()
}

fn main() {}
