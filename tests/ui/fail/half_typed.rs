use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", temp)]
fn key() -> u8 {
    0
}

#[llm_span(model = "gpt-4o", provider = )]
fn value() -> u8 {
    key()
}

#[llm_span(model "gpt-4o", provider = "openai")]
fn equals() -> u8 {
    value()
}

fn main() {}
