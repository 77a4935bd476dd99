//! Two agents in one workflow, under names of their own: the planner's plan is the writer's task.
//!
//! ```text
//! cargo run --example rig_multi_agent
//! ```

use llm_trace::llm_span;
use rig::prelude::{Agent, AgentBuilder, PromptError};
use stage::{Example, Outcome, Provider, Turn};

pub const EXAMPLE: Example = Example {
    name: "rig_multi_agent",
    predicted: "
    invoke_workflow guide {outcome = ok, total.calls = 2, total.tokens.in > 0, total.tokens.out > 0}
    ├── agent.planner {operation = invoke_agent, total.calls = 1}
    │   └── chat * {kind = client, tokens.in > 0}
    └── agent.writer {operation = invoke_agent, total.calls = 1}
        └── chat * {kind = client, tokens.in > 0}
    ",
    run: |provider| Box::pin(run(*provider)),
};

#[llm_span(agent = "planner", name = "agent.planner")]
async fn plan(planner: &Agent, topic: &str) -> Result<String, PromptError> {
    Ok(planner.prompt(format!("Plan a guide in three points: {topic}")).await?.output())
}

#[llm_span(agent = "writer", name = "agent.writer")]
async fn write(writer: &Agent, plan: &str) -> Result<String, PromptError> {
    Ok(writer.prompt(format!("Write it in one paragraph: {plan}")).await?.output())
}

#[llm_span(workflow = "guide")]
async fn guide(planner: &Agent, writer: &Agent, topic: &str) -> Result<String, PromptError> {
    let plan = plan(planner, topic).await?;
    write(writer, &plan).await
}

async fn run(provider: Provider) -> Outcome {
    let turns = [Turn::Says("Buy a ticket; board; look out of the window.")];
    let planner = AgentBuilder::new(provider.model(turns).await?)
        .name("planner")
        .preamble("You plan short texts.")
        .build();
    let turns = [Turn::Says("Buy a ticket, board in time, and look out of the window.")];
    let writer = AgentBuilder::new(provider.model(turns).await?)
        .name("writer")
        .preamble("You write short texts.")
        .build();
    println!("{}", guide(&planner, &writer, "travelling by train").await?);
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
