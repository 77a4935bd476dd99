use llm_trace::llm_span;

#[llm_span(agent = prompt)]
fn plan(prompt: &str) -> usize {
    prompt.len()
}

fn main() {}
