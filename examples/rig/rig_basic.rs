//! An agent of Rig, and one attribute on the function that asks it.
//!
//! ```text
//! cargo run --example rig_basic
//! GEMINI_API_KEY=… cargo run --example rig_basic
//! ```

use llm_trace::llm_span;
use rig::prelude::{Agent, AgentBuilder, PromptError};
use stage::{Example, Outcome, Provider, Turn};

pub const EXAMPLE: Example = Example {
    name: "rig_basic",
    predicted: "
    invoke_agent geographer {outcome = ok, total.calls = 1, total.tokens.in > 0, total.tokens.out > 0}
    └── chat * {kind = client, tokens.in > 0, tokens.out > 0}
    ",
    run: |provider| Box::pin(run(*provider)),
};

/// Returns nothing but text: what the call used is read from Rig's own spans below.
#[llm_span(agent = "geographer")]
async fn ask(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
    Ok(agent.prompt(prompt).await?.output())
}

async fn run(provider: Provider) -> Outcome {
    let model = provider.model([Turn::Says("The capital of France is Paris.")]).await?;
    let agent = AgentBuilder::new(model)
        .name("geographer")
        .preamble("You answer questions of geography in one sentence.")
        .build();
    println!("{}", ask(&agent, "What is the capital of France?").await?);
    Ok(())
}

#[allow(dead_code, reason = "`rig_all` has a main of its own")]
fn main() -> std::process::ExitCode {
    stage::main(&EXAMPLE)
}

#[test]
fn what_is_exported_is_as_predicted() {
    stage::assert_as_predicted(&EXAMPLE);
}
