use llm_trace::llm_span;

#[llm_span(tool = "add")]
struct Add;

#[llm_span(tool = "add")]
impl Add {}

#[llm_span(tool = "add")]
mod add {}

#[llm_span(tool = "add")]
trait Sum {}

#[llm_span(tool = "add")]
enum Operator {
    Plus,
}

fn main() {}
