use llm_trace::llm_span;

#[llm_span(agent = "planner {user}")]
fn template() {}

#[llm_span(agent = "")]
fn empty() {}

#[llm_span(agent = "plan a trip to Rome")]
fn sentence() {}

#[llm_span(agent = "where to?")]
fn question() {}

#[llm_span(agent = "plan\nnow")]
fn line_break() {}

#[llm_span(workflow = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
fn uuid() {}

#[llm_span(tool = "order 1234567")]
fn number() {}

#[llm_span(name = "run a1b2c3d4", tool = "run")]
fn hexadecimal() {}

#[llm_span(name = "report 2026-11-20", tool = "report")]
fn date() {}

#[llm_span(retrieval = "https://example.com/docs")]
fn address() {}

#[llm_span(tool = "a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on")]
fn long() {}

fn main() {}
