//! What a program does whose subscriber `init` has joined.

use std::error::Error;

use llm_trace::{Usage, llm_span};
use tracing::Instrument as _;

/// Calls inside and outside of another library's spans, on this task and on others.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    runtime.block_on(async {
        tracing::info!("an event");
        plan().await;
    });
    Ok(())
}

#[llm_span(agent = "planner")]
async fn plan() {
    chat().await;
    let _ = tokio::spawn(chat().in_current_span()).await;
    search().instrument(tracing::info_span!("of another library")).await;
    rig();
    let _ = refuse();
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat() {
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 34));
}

#[llm_span(tool = "search")]
async fn search() {
    tokio::task::yield_now().await;
}

#[llm_span(model = "gpt-4o", provider = "openai", error_type = |()| "refused")]
fn refuse() -> Result<(), ()> {
    Err(())
}

/// A call as Rig traces it.
fn rig() {
    let chat = tracing::info_span!(
        "chat",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "openai",
        gen_ai.request.model = "gpt-4o",
        gen_ai.usage.input_tokens = tracing::field::Empty,
        gen_ai.usage.output_tokens = tracing::field::Empty,
    );
    let _entered = chat.enter();
    chat.record("gen_ai.usage.input_tokens", 100_u64);
    chat.record("gen_ai.usage.output_tokens", 20_u64);
}
