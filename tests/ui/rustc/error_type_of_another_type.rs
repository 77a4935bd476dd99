use llm_trace::llm_span;

#[llm_span(tool = "add", error_type = |_: &u8| 429)]
fn add() -> Result<u8, u8> {
    Err(0)
}

fn main() {}
