//! Every form of the attribute and of the derive where it has the least to lean on: dependencies
//! that are renamed, and no prelude.

#![no_implicit_prelude]

use ::items::Stream;
use ::renamed::{LlmResponse, llm_span};
use ::std::boxed::Box;
use ::std::convert::Into;
use ::std::future::Future;
use ::std::marker::Send;
use ::std::option::Option;
use ::std::pin::Pin;
use ::std::result::Result::{self, Ok};
use ::std::string::String;

const MODEL: &str = "gpt-4o";
const AGENT: &str = "planner";

/// An error that implements nothing.
#[expect(missing_debug_implementations, reason = "the expansion must not ask for it")]
pub struct Opaque;

/// What a model answers.
#[derive(Debug, LlmResponse)]
#[llm(crate = ::renamed, cache = "inclusive")]
pub struct Answer {
    #[llm(id)]
    id: Option<String>,
    #[llm(text)]
    text: String,
    #[llm(finish_reason)]
    finish_reason: Option<&'static str>,
    #[llm(input_tokens)]
    input: u32,
    #[llm(output_tokens)]
    output: Option<u64>,
    #[llm(cache_read_tokens)]
    cached: usize,
    #[llm(cost)]
    cost: Option<f64>,
}

/// An answer of several kinds.
#[derive(Debug, LlmResponse)]
#[llm(crate = ::renamed)]
#[non_exhaustive]
pub enum Answers {
    /// With an answer.
    One(Answer),
    /// Without one.
    None,
}

/// Every argument.
#[llm_span(
    crate = ::renamed,
    operation = "chat",
    model = MODEL,
    provider = "openai",
    prompt = question,
    system = "be brief",
    temperature = 0.2,
    max_tokens = 256_u32,
    top_p = 1.0_f32,
    top_k = 40,
    seed = 7,
    stop_sequences = ["\n"],
    frequency_penalty = 0.1,
    presence_penalty = 0.1,
    choice_count = 1,
    reasoning_level = "low",
    output_type = "text",
    conversation = id,
    user = id,
    prompt_name = "greeting",
    prompt_version = "2",
    agent_name = id,
    server = "api.openai.com:443",
    attempt = 1,
    response = |text| Answer {
        id: Option::None,
        text: Into::into(*text),
        finish_reason: Option::Some("stop"),
        input: 1,
        output: Option::Some(1),
        cached: 0,
        cost: Option::None,
    },
    error_type = |_| "opaque",
    level = "debug",
    fields("app.id" = id, "app.flag" = true),
)]
pub async fn every_argument<'a>(question: &'a str, id: &str) -> Result<&'a str, Opaque> {
    let _ = id;
    Ok(question)
}

/// Constants.
#[llm_span(crate = ::renamed, agent = AGENT, provider = custom("acme"), level = Level::WARN)]
pub fn constants() {}

/// A call elsewhere in a trace.
#[llm_span(crate = ::renamed, tool = "add", parent = from, links = [from])]
pub fn elsewhere(from: &::renamed::TraceContext) {}

/// Run-time values.
#[llm_span(crate = ::renamed, model = model, provider = provider, server = server, response = none)]
pub fn run_time(model: &str, provider: &str, server: Option<&str>) -> usize {
    model.len() + provider.len() + server.map_or(0, str::len)
}

/// Embeddings.
#[llm_span(
    crate = ::renamed,
    operation = "embeddings",
    model = "text-embedding-3-small",
    provider = "openai",
    dimensions = 256,
    encoding_formats = ["float"],
)]
pub fn embeddings(prompt: &str) -> usize {
    prompt.len()
}

/// A tool.
#[llm_span(crate = ::renamed, tool = "add", tool_call_id = "call_1", tool_type = "function")]
pub fn tool() {}

/// A future.
#[llm_span(crate = ::renamed, workflow = "trip")]
pub fn future() -> impl Future<Output = Result<u8, Opaque>> {
    async { Ok(1) }
}

/// A boxed future.
#[llm_span(crate = ::renamed, retrieval = "handbook", top_k = 3)]
pub fn boxed() -> Pin<Box<dyn Future<Output = Result<u8, Opaque>> + Send>> {
    Box::pin(async { Ok(1) })
}

/// An iterator of chunks, and one that is in a box.
#[llm_span(crate = ::renamed, stream, agent = AGENT)]
pub fn chunks() -> Result<impl ::std::iter::Iterator<Item = Result<u8, Opaque>>, Opaque> {
    Ok(::std::iter::once(Ok(1)))
}

/// A boxed stream.
pub type Chunks = Pin<Box<dyn Stream<Item = Result<u8, Opaque>> + Send>>;

/// A stream of chunks.
#[llm_span(crate = ::renamed, model = MODEL, provider = "openai", stream)]
pub async fn stream(chunks: Chunks) -> Option<Result<Chunks, Opaque>> {
    Option::Some(Ok(chunks))
}

/// A stream of chunks of a type that nobody knows.
#[llm_span(crate = ::renamed, model = MODEL, provider = "openai", response = none)]
pub fn opaque(chunks: Chunks) -> Result<impl Stream<Item = Result<u8, Opaque>>, Opaque> {
    Ok(chunks)
}

/// An error of so many bytes that clippy says something of a function that returns it.
#[expect(missing_debug_implementations, reason = "the expansion must not ask for it")]
pub struct Large(pub [u8; 512]);

/// A stream behind such an error, of which nothing is said, for a future hides it.
#[llm_span(crate = ::renamed, agent = AGENT, stream, error_type = |_| "large")]
pub async fn large(chunks: Option<Chunks>) -> Result<Chunks, Large> {
    chunks.ok_or(Large([0; 512]))
}
