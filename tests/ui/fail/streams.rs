use futures_util::Stream;
use futures_util::stream::BoxStream;
use llm_trace::llm_span;

#[llm_span(model = "gpt-4o", provider = "openai")]
fn opaque(prompt: &str) -> impl Stream<Item = u8> {
    futures_util::stream::iter(prompt.bytes().collect::<Vec<_>>())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn boxed(prompt: &str) -> Result<BoxStream<'static, u8>, ()> {
    let bytes: Vec<_> = prompt.bytes().collect();
    Ok(Box::pin(futures_util::stream::iter(bytes)))
}

fn main() {}
