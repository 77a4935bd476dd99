use llm_trace::llm_span;

#[llm_span(tool = "add", fields("gen_ai.prompt" = prompt, "gen_ai.tool.call.arguments" = prompt))]
fn add(prompt: &str) -> usize {
    prompt.len()
}

fn main() {}
