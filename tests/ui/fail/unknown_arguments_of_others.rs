use llm_trace::llm_span;

#[llm_span(model = "m", provider = "openai", max_completion_tokens = 5)]
fn openai() {}

#[llm_span(model = "m", provider = "openai", messages = history)]
fn rig(history: &[u8]) -> usize {
    history.len()
}

#[llm_span(model = "m", provider = "openai", skip_all, err)]
fn instrument() {}

fn main() {}
