use llm_trace::LlmResponse;

#[derive(LlmResponse)]
struct Answer {
    #[llm(input_tokens)]
    input: u32,
    #[llm(cache_read_tokens)]
    cached: u32,
}

#[derive(LlmResponse)]
#[llm(cache = "both")]
struct Wrong {
    #[llm(input_tokens)]
    input: u32,
}

fn main() {}
