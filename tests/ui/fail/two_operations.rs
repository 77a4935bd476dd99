use llm_trace::llm_span;

#[llm_span(agent = "planner", tool = "add")]
fn agent_and_tool() {}

#[llm_span(operation = "chat", model = "gpt-4o", provider = "openai", agent = "planner")]
fn chat_and_agent() {}

fn main() {}
