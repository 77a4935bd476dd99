use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = number)]
fn chat(number: u8) -> u8 {
    number
}

fn main() {}
