//! An agent with a tool: the model asks for it, Rig runs it, the model answers.
//!
//! ```text
//! cargo run --example rig_tools
//! ```

use std::convert::Infallible;

use llm_trace::llm_span;
use rig::prelude::{Agent, AgentBuilder, PromptError, Tool, ToolContext};
use serde::Deserialize;
use serde_json::{Value, json};
use stage::{Example, Outcome, Provider, Turn};

pub const EXAMPLE: Example = Example {
    name: "rig_tools",
    predicted: "
    invoke_agent calculator {outcome = ok, total.calls > 1, total.tokens.in > 0, total.tokens.out > 0}
    ├── chat * {kind = client, tokens.in > 0}
    ├── (execute_tool add_numbers)+
    └── (chat * {kind = client, tokens.in > 0})+
    ",
    run: |provider| Box::pin(run(*provider)),
};

#[derive(Deserialize)]
struct Numbers {
    left: i64,
    right: i64,
}

struct AddTool;

/// Rig makes a span of every tool it runs, so the tool needs no attribute.
impl Tool for AddTool {
    const NAME: &'static str = "add_numbers";
    type Args = Numbers;
    type Output = i64;
    type Error = Infallible;

    fn description(&self) -> String {
        "Adds two numbers.".to_owned()
    }

    fn parameters(&self) -> Value {
        let number = json!({ "type": "integer" });
        json!({
            "type": "object",
            "properties": { "left": number, "right": number },
            "required": ["left", "right"],
        })
    }

    async fn call(&self, _: &mut ToolContext, numbers: Numbers) -> Result<i64, Infallible> {
        Ok(numbers.left + numbers.right)
    }
}

#[llm_span(agent = "calculator")]
async fn calculate(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
    Ok(agent.prompt(prompt).max_turns(5).await?.output())
}

async fn run(provider: Provider) -> Outcome {
    let arguments = json!({ "left": 18, "right": 24 });
    let turns = [Turn::Calls { tool: AddTool::NAME, arguments }, Turn::Says("18 + 24 = 42.")];
    let agent = AgentBuilder::new(provider.model(turns).await?)
        .name("calculator")
        .preamble("You calculate with the tools you have, never in your head.")
        .tool(AddTool)
        .build();
    println!("{}", calculate(&agent, "What is 18 + 24?").await?);
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
