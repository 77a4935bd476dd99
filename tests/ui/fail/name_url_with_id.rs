use llm_trace::llm_span;

#[llm_span(tool = "https://api.example.com/users/4711")]
fn fetch() {}

fn main() {}
