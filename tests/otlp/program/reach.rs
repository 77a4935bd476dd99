//! An agent whose ids reach as far as lists say.

use std::collections::HashMap;
use std::error::Error;

use llm_trace::opentelemetry::trace::FutureExt;
use llm_trace::{Builder, Sampler, llm_span, propagation};

/// Calls another service, which is this one, and prints what it was told. Its ids reach as far as
/// the builder says, or the environment, with everything sampled out.
pub(crate) fn run(is_sampled: bool) -> Result<(), Box<dyn Error>> {
    let builder = Builder::new();
    let _guard = if is_sampled {
        builder
            .with_propagated(["gen_ai.conversation.id", "app.tenant"])
            .with_metric_attributes(["gen_ai.prompt.version"])
            .with_baggage(["gen_ai.conversation.id"])
    } else {
        builder.with_sampler(Sampler::AlwaysOff)
    }
    .install()?;
    call();
    Ok(())
}

fn call() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime needs nothing");
    runtime.block_on(async {
        let mut carrier = front("conversation-42").await;
        // A stranger says more than is asked.
        if let Some(baggage) = carrier.get_mut("baggage") {
            baggage.push_str(",user.id=stranger");
        }
        #[expect(clippy::print_stdout, reason = "the test reads it")]
        {
            println!("{}", carrier.get("baggage").map_or("", String::as_str));
        }
        back().with_context(propagation::extract_from(&carrier)).await;
    });
}

#[llm_span(
    agent = "front",
    conversation = conversation,
    user = "user-7",
    prompt_version = "3",
    fields("app.tenant" = "acme")
)]
async fn front(conversation: &str) -> HashMap<String, String> {
    chat().await;
    let mut carrier = HashMap::new();
    propagation::inject_into(&mut carrier);
    carrier
}

#[llm_span(model = "gpt-4o", provider = "openai", prompt_version = "4")]
async fn chat() {}

#[llm_span(tool = "back")]
async fn back() {
    // What came in goes on, and nothing else that came with it.
    let mut carrier = HashMap::new();
    propagation::inject_into(&mut carrier);
    #[expect(clippy::print_stdout, reason = "the test reads it")]
    {
        println!("{}", carrier.get("baggage").map_or("", String::as_str));
    }
}
