use llm_trace::llm_span;

#[llm_span(model = "gpt-{version}", provider = "openai")]
fn template() {}

#[llm_span(model = "gpt 4o", provider = "openai")]
fn space() {}

#[llm_span(model = "", provider = "openai")]
fn empty() {}

fn main() {}
