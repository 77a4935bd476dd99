use llm_trace::llm_span;

const NUMBER: u8 = 7;

#[llm_span(tool = NUMBER)]
fn seven() {}

fn main() {}
