use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "opnai")]
fn typo() {}

#[llm_span(model = "claude-sonnet-4-5", provider = "claude")]
fn other_name() {}

#[llm_span(model = "llama3", provider = "ollama")]
fn not_well_known() {}

#[llm_span(model = "llama3", provider = "")]
fn empty() {}

#[llm_span(model = "llama3", provider = custom(name))]
fn custom(name: &'static str) -> usize {
    name.len()
}

fn main() {}
