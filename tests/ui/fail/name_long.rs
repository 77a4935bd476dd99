use llm_trace::llm_span;

#[llm_span(agent = "the-agent-that-plans-and-books-and-bills-and-writes-and-reads-and-calls")]
fn plan() {}

fn main() {}
