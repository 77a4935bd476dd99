use llm_trace::llm_span;

#[llm_span(model = "m", provider = "openai", max_completion_tokens = 5)]
fn openai() {}

#[llm_span(model = "m", provider = "openai", messages = history)]
fn rig(history: &[u8]) -> usize {
    history.len()
}

#[llm_span(model = "m", provider = "openai", skip_all, err)]
fn instrument() {}

#[llm_span(model = "m", provider = "openai", skip(secret), ret, kind = "client", cost = 0.1, usage = 3)]
fn left_out(secret: u8) -> u8 {
    secret
}

#[llm_span(model = "m", provider = "openai", user_id = "ada", session_id = "s", metadata = 1)]
fn platforms() {}

fn main() {}
