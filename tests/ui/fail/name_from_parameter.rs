use llm_trace::llm_span;

#[llm_span(tool = name)]
fn call(name: &str) -> usize {
    name.len()
}

fn main() {}
