use llm_trace::llm_span;

#[llm_span(tool = tool_name)]
fn run(tool_name: String, input: &str) -> usize {
    tool_name.len() + input.len()
}

fn main() {}
