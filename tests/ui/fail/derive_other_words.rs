use llm_trace::LlmResponse;

#[derive(LlmResponse)]
struct OpenAi {
    #[llm(prompt_tokens)]
    prompt: u64,
    #[llm(completion_tokens)]
    completion: u64,
    #[llm(content)]
    content: String,
}

#[derive(LlmResponse)]
#[llm(cache = inclusive)]
struct Valued {
    #[llm(input_tokens = 3, model)]
    input: u64,
}

fn main() {}
