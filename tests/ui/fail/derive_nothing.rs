use llm_trace::LlmResponse;

#[derive(LlmResponse)]
struct Answer {
    text: String,
}

#[derive(LlmResponse)]
union Bits {
    byte: u8,
}

fn main() {}
