use llm_trace::llm_span;

const UUID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
const SENTENCE: &str = "You are a helpful assistant.";
const EMAIL: &str = "ada@example.com";

#[llm_span(agent = UUID)]
fn uuid() {}

#[llm_span(tool = SENTENCE)]
fn sentence() {}

#[llm_span(name = EMAIL, workflow = "trip")]
fn email() {}

fn main() {}
