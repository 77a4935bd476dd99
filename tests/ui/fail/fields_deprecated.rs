use llm_trace::llm_span;

#[llm_span(tool = "add", fields("gen_ai.system" = "openai"))]
fn system() {}

#[llm_span(tool = "add", fields("gen_ai.usage.completion_tokens" = 3))]
fn tokens() {}

#[llm_span(tool = "add", fields("gen_ai.openai.request.service_tier" = "flex"))]
fn tier() {}

fn main() {}
