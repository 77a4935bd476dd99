use llm_trace::LlmResponse;

#[derive(LlmResponse)]
struct Answer {
    #[llm(id)]
    id: String,
    #[llm(id)]
    other: String,
}

fn main() {}
