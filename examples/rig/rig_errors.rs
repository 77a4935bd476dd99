//! What goes wrong with agents, and what the spans say: Rig's own leave the status unset.
//!
//! ```text
//! cargo run --example rig_errors
//! ```
//!
//! Always answered by the emulator: no provider fails when asked to.

use std::fmt;

use llm_trace::llm_span;
use rig::prelude::{Agent, AgentBuilder, PromptError, Tool, ToolContext};
use serde_json::{Value, json};
use stage::{Example, Outcome, Provider, Turn};

pub const EXAMPLE: Example = Example {
    name: "rig_errors",
    predicted: "
    invoke_agent clerk {outcome = error, error = 429, status = error}
    └── chat *
    invoke_agent clerk {outcome = error, error = 500, status = error}
    └── chat *
    invoke_agent clerk {outcome = ok}
    ├── chat *
    ├── execute_tool stamp {status = error, error}
    └── chat *
    invoke_agent clerk {outcome = error, error = max_turns, status = error}
    ├── chat *
    ├── execute_tool stamp
    ├── chat *
    └── execute_tool stamp
    ",
    run: |provider| Box::pin(run(*provider)),
};

/// Names an error without its text: that quotes the provider, and `Debug` the whole conversation.
fn error_type(error: &PromptError) -> String {
    match (error, error.provider_response_status()) {
        (_, Some(status)) => status.as_str().to_owned(),
        (PromptError::MaxTurns { .. }, _) => "max_turns".to_owned(),
        _ => "prompt_error".to_owned(),
    }
}

#[llm_span(agent = "clerk", error_type = error_type)]
async fn ask(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
    Ok(agent.prompt(prompt).max_turns(2).await?.output())
}

struct Stamp;

#[derive(Debug)]
struct OutOfInk;

impl fmt::Display for OutOfInk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pad is dry")
    }
}

impl std::error::Error for OutOfInk {}

impl Tool for Stamp {
    const NAME: &'static str = "stamp";
    type Args = Value;
    type Output = String;
    type Error = OutOfInk;

    fn description(&self) -> String {
        "Stamps a form.".to_owned()
    }

    fn parameters(&self) -> Value {
        json!({ "type": "object", "properties": {} })
    }

    async fn call(&self, _: &mut ToolContext, _: Value) -> Result<String, OutOfInk> {
        Err(OutOfInk)
    }
}

async fn run(provider: Provider) -> Outcome {
    let provider = provider.emulated();
    let stamp = Turn::Calls { tool: Stamp::NAME, arguments: json!({}) };
    for (what, turns) in [
        ("The provider limits the rate", vec![Turn::Fails(429)]),
        ("The provider fails", vec![Turn::Fails(500)]),
        (
            "A tool fails, and the model makes the best of it",
            vec![stamp.clone(), Turn::Says("It cannot be stamped today.")],
        ),
        ("The model asks for tools without end", vec![stamp]),
    ] {
        let agent =
            AgentBuilder::new(provider.model(turns).await?).name("clerk").tool(Stamp).build();
        match ask(&agent, "Please stamp the form.").await {
            Ok(answer) => println!("{what}: {answer}"),
            Err(error) => println!("{what}: {}", error_type(&error)),
        }
    }
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
