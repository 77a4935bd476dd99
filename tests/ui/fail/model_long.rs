use llm_trace::llm_span;

#[llm_span(
    model = "accounts/acme/deployments/the-model-that-we-tuned-in-november-and-deployed-in-december-for-all-of-our-customers",
    provider = "openai"
)]
fn chat() {}

fn main() {}
