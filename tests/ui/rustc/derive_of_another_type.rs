use llm_trace::LlmResponse;

#[derive(LlmResponse)]
struct Answer {
    #[llm(text)]
    text: u8,
}

fn main() {}
