use llm_trace::LlmResponse;

#[derive(LlmResponse)]
#[llm(cash = "inclusive")]
struct Answer {
    #[llm(input_token)]
    input: u32,
    #[llm(cache)]
    text: String,
    #[llm(colour)]
    colour: u32,
}

fn main() {}
