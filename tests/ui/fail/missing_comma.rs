use llm_trace::llm_span;

#[llm_span(model = "gpt-4o" provider = "openai", fields("app.a" = 1 "app.b" = 2))]
fn chat() {}

fn main() {}
