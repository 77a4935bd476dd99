use llm_trace::llm_span;

#[llm_span(model = "{model}", provider = "openai")]
fn chat(model: &str) -> usize {
    model.len()
}

fn main() {}
