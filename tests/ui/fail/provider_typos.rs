use llm_trace::llm_span;

#[llm_span(model = "m", provider = "OpenAI")]
fn capitals() {}

#[llm_span(model = "m", provider = "anthropics")]
fn one_too_many() {}

#[llm_span(model = "m", provider = "google")]
fn other_word() {}

fn main() {}
