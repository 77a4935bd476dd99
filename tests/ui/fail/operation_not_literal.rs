use llm_trace::llm_span;

#[llm_span(operation = kind, model = "gpt-4o", provider = "openai")]
fn chat(kind: &str) -> usize {
    kind.len()
}

fn main() {}
