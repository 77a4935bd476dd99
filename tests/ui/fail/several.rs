use llm_trace::llm_span;

#[llm_span(modle = "gpt-4o", provider = "opnai", temperature = , level = "loud", level = "info")]
pub fn chat(prompt: &str) -> usize {
    prompt.len()
}

fn caller() -> usize {
    // One typo does not become "cannot find function" here.
    chat("hi")
}

fn main() {}
