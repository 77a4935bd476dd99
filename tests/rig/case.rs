//! What is run: how the agent is asked, and what the provider does.

use llm_trace_emulator::{ORGANIZATION, Turn};
use serde_json::json;

pub(crate) const PROMPT: &str = "canary-prompt: what is 2 + 5?";
pub(crate) const SYSTEM: &str = "canary-system: you calculate.";
pub(crate) const TOOL: &str = "add_numbers";
pub(crate) const RESULT: &str = "canary-result";
pub(crate) const KEY: &str = "canary-key";
const ANSWER: &str = "It is canary-answer and no other number, as anyone can see at once.";
const ARGUMENT: &str = "canary-argument";

/// What nobody may find in what was exported.
pub(crate) const SECRETS: [&str; 7] =
    ["canary-prompt", "canary-system", "canary-answer", ARGUMENT, RESULT, KEY, ORGANIZATION];

/// What Rig traces of a run that goes well, if it is let.
pub(crate) const SECRETS_OF_A_RUN: [&str; 5] =
    ["canary-prompt", "canary-system", "canary-answer", ARGUMENT, RESULT];

/// How the agent is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// By a function that returns text.
    Text,
    /// By a function that returns what Rig knows.
    InFull,
    /// By a function that is annotated as a model call.
    Model,
    /// By a function that returns a stream, which is read to its end.
    Stream,
    /// By one whose stream is dropped after an item.
    DroppedStream,
}

/// What the span of the annotated function must say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    Ok,
    /// With the status and an `error.type` that contains this.
    Error(&'static str),
    Abandoned,
}

pub(crate) struct Case {
    pub(crate) how: How,
    pub(crate) turns: Vec<Turn>,
    pub(crate) expected: Expected,
}

fn calls() -> Turn {
    Turn::Calls { tool: TOOL, arguments: json!({ "numbers": ARGUMENT }) }
}

pub(crate) fn single_turn(how: How) -> Case {
    Case { how, turns: vec![Turn::Says(ANSWER)], expected: Expected::Ok }
}

pub(crate) fn two_turns(how: How) -> Case {
    Case { how, turns: vec![calls(), Turn::Says(ANSWER)], expected: Expected::Ok }
}

pub(crate) fn refused(how: How, status: u16) -> Case {
    let expected = Expected::Error(if status == 429 { "429" } else { "500" });
    Case { how, turns: vec![Turn::Fails(status)], expected }
}

/// The second turn fails, after the first was paid for.
pub(crate) fn refused_later(how: How) -> Case {
    Case { how, turns: vec![calls(), Turn::Fails(429)], expected: Expected::Error("429") }
}

pub(crate) fn dropped() -> Case {
    let turns = vec![Turn::Says(ANSWER)];
    Case { how: How::DroppedStream, turns, expected: Expected::Abandoned }
}

/// The model asks for the tool for ever.
pub(crate) fn max_turns(how: How) -> Case {
    Case { how, turns: vec![calls()], expected: Expected::Error("Error") }
}
