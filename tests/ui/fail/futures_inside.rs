use std::future::Future;

use futures_util::future::BoxFuture;
use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai")]
fn in_a_result() -> Result<BoxFuture<'static, u8>, ()> {
    Ok(Box::pin(async { 1 }))
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn in_a_box() -> Box<dyn Future<Output = u8>> {
    Box::new(async { 1 })
}

fn main() {}
