use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai", response = "text")]
fn response() {}

#[llm_span(tool = "search", error_type = "timeout")]
fn error_type() -> Result<(), ()> {
    Ok(())
}

fn main() {}
