use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", server = "https://api.openai.com")]
fn url() {}

#[llm_span(model = "gpt-4o", provider = "openai", server = "api.openai.com:https")]
fn port() {}

fn main() {}
