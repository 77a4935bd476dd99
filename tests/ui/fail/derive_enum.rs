use llm_trace::LlmResponse;

#[derive(LlmResponse)]
enum Answer {
    Marked(#[llm(text)] String),
    Two(Inner, Inner),
    #[llm(text)]
    Outside(Inner),
}

#[derive(LlmResponse)]
struct Inner {
    #[llm(text)]
    text: String,
}

fn main() {}
