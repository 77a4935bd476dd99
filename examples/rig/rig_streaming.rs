//! An answer that is streamed, read to its end once and left in the middle once.
//!
//! ```text
//! cargo run --example rig_streaming
//! ```

use std::pin::pin;

use futures_util::{Stream, StreamExt};
use llm_trace::llm_span;
use rig::prelude::{Agent, AgentBuilder, MultiTurnStreamItem, PromptError};
use rig::streaming::{Item, StreamEvent};
use stage::{Example, Outcome, Provider, Turn};

pub const EXAMPLE: Example = Example {
    name: "rig_streaming",
    predicted: "
    invoke_agent teller {outcome = ok, total.calls = 1, total.tokens.in > 0, total.tokens.out > 0}
    └── chat * {kind = client, tokens.in > 0, tokens.out > 0}
    invoke_agent teller {outcome = abandoned}
    └── chat * {kind = client, !tokens.out}
    ",
    run: |provider| Box::pin(run(*provider)),
};

/// The call lasts until the stream is over or dropped, and the span with it.
#[llm_span(agent = "teller", response = none)]
fn tell(
    agent: &Agent,
    prompt: &str,
) -> impl Stream<Item = Result<MultiTurnStreamItem, PromptError>> + use<> {
    agent.prompt(prompt).stream()
}

/// Prints an answer as it comes, and stops after so many fragments.
async fn print(agent: &Agent, prompt: &str, fragments: usize) -> Outcome {
    let mut stream = pin!(tell(agent, prompt));
    let mut left = fragments;
    while left > 0 {
        match stream.next().await {
            Some(Ok(MultiTurnStreamItem::StreamAssistantItem(Item::Event(
                StreamEvent::Text { text, .. },
            )))) => {
                print!("{text}");
                left -= 1;
            }
            Some(item) => drop(item?),
            None => break,
        }
    }
    println!("{}", if left == 0 { " … and so on" } else { "" });
    Ok(())
}

async fn run(provider: Provider) -> Outcome {
    let turns = [Turn::Says("Once upon a time a crab learned to share what it could not copy.")];
    let agent = AgentBuilder::new(provider.model(turns).await?)
        .name("teller")
        .preamble("You tell stories of one sentence.")
        .build();
    print(&agent, "Tell me of a crab.", usize::MAX).await?;
    print(&agent, "Tell me of another crab.", 1).await
}

#[allow(dead_code, reason = "`rig_all` has a main of its own")]
fn main() -> std::process::ExitCode {
    stage::main(&EXAMPLE)
}

#[test]
fn what_is_exported_is_as_predicted() {
    stage::assert_as_predicted(&EXAMPLE);
}
