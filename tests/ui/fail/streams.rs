use std::sync::{Arc, Mutex};

use futures_util::stream::BoxStream;
use llm_trace::llm_span;

pub struct ChatStreamResponse;

#[llm_span(model = "gpt-4o", provider = "openai")]
fn out_of_reach() -> Arc<Mutex<BoxStream<'static, u8>>> {
    loop {}
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn who_knows() -> Result<ChatStreamResponse, ()> {
    Err(())
}

#[llm_span(stream, model = "gpt-4o", provider = "openai")]
fn no_stream() -> (u8, u8) {
    (1, 2)
}

#[llm_span(stream = true, model = "gpt-4o", provider = "openai")]
fn value() -> BoxStream<'static, u8> {
    loop {}
}

fn main() {}
