use llm_trace::llm_span;

#[llm_span(tool = "add", parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", links = 3)]
fn add() {}

#[llm_span(tool = "add", follows_from = earlier)]
fn add_again() {}

fn main() {}
