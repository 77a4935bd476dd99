//! Scores a call, of which nothing is left but a text.

use std::error::Error;

use llm_trace::{Evaluation, Usage, llm_span, with_trace_context_sync};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let ((), call) = with_trace_context_sync(chat);
    let stored = call.ok_or("the call has no trace context")?.to_string();
    Evaluation::new("relevance")
        .with_score(0.75)
        .with_label("pass")
        .with_explanation("canary-explanation of ada@example.org")
        .with_response_id("chatcmpl-1")
        .record(&stored.parse()?);
    Evaluation::new("safety")
        .with_score(f64::NAN)
        .with_error_type("timeout")
        .record(&stored.parse()?);
    Ok(())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat() {
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 34));
}
