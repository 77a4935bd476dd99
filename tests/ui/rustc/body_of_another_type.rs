use llm_trace::llm_span;

#[llm_span(tool = "add")]
async fn add() -> u8 {
    "one"
}

fn main() {}
