//! Predict the trace of an agent, then hold the agent to it: the drawing is the test.
//!
//! ```text
//! cargo run --example trace_test     what the agent did, and how another leaves the prediction
//! cargo test --example trace_test    the same as tests
//! ```

use llm_trace::llm_span;
use llm_trace::testing::{Capture, capture, conformance};
use serde_json::{Value, json};

/// What the agent should do: ask, look the weather up, ask again, answer.
const PREDICTED: &str = "
    invoke_agent packer {outcome = ok, total.calls = 2, total.tokens.in < 500}
    ├── chat gpt-4o-mini {finish = tool_calls, < 1s}
    ├── (execute_tool weather)+
    └── chat gpt-4o-mini {finish = stop}
";

/// Stands for a provider: a model that asks for the weather of each city before it answers.
#[llm_span(model = "gpt-4o-mini", provider = "openai")]
fn chat(messages: &[Value]) -> Value {
    let is_told = messages.iter().any(|message| message["role"] == "tool");
    let (reason, content) = if is_told { ("stop", "Take a coat.") } else { ("tool_calls", "") };
    json!({
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{ "finish_reason": reason, "message": { "content": content } }],
        "usage": { "prompt_tokens": 60 * messages.len(), "completion_tokens": 12 },
    })
}

#[llm_span(tool = "weather")]
fn weather(city: &str) -> String {
    format!("{city}: 4 °C, rain")
}

#[llm_span(agent = "packer")]
fn pack(cities: &[&str]) -> Value {
    let mut messages = vec![json!({ "role": "user", "content": "What do I pack?" })];
    loop {
        let answer = chat(&messages);
        let choice = &answer["choices"][0];
        if choice["finish_reason"] != "tool_calls" {
            return choice["message"]["content"].clone();
        }
        let told = cities.iter().map(|city| json!({ "role": "tool", "content": weather(city) }));
        messages.extend(told);
    }
}

#[llm_span(agent = "packer")]
fn hasty(cities: &[&str]) -> Value {
    chat(&[json!({ "role": "user", "content": cities })])
}

fn capture_of<T>(code: impl FnOnce() -> T) -> Capture {
    let capture = capture();
    capture.run(code);
    capture
}

fn main() {
    let capture = capture_of(|| pack(&["Oslo", "Bergen"]));
    println!("{}", capture.tree().with(["tokens.in", "tokens.out", "total.calls"]));
    println!("{}", conformance(&capture));
    println!("A hasty agent, which asks once and looks nothing up:");
    let hasty = capture_of(|| hasty(&["Oslo"]));
    if let Err(mismatch) = hasty.tree().compare(PREDICTED) {
        println!("{mismatch}");
    }
}

#[cfg(test)]
mod tests {
    use llm_trace::{assert_conformant, assert_trace};

    use super::*;

    #[test]
    fn the_agent_does_what_was_predicted() {
        for cities in [&["Oslo"][..], &["Oslo", "Bergen", "Alta"]] {
            let capture = capture_of(|| pack(cities));
            assert_trace!(capture, PREDICTED);
            assert_conformant!(capture);
        }
    }
}
