//! OpenAI's chat completions.

use serde_json::{Value, json};

use crate::Turn;
use crate::api::{Answer, Asked, Body, dated, event, pieces, words};

pub(crate) fn answer(asked: &Asked, turn: &Turn) -> Answer {
    let usage = usage(asked);
    let (reason, message) = match turn {
        Turn::Calls { tool, arguments } => {
            let function = json!({ "name": tool, "arguments": arguments.to_string() });
            let calls =
                json!([{ "id": "call_h6PAuhXD", "type": "function", "function": function }]);
            ("tool_calls", json!({ "role": "assistant", "content": null, "tool_calls": calls }))
        }
        Turn::Says(text) | Turn::Breaks(text) => {
            ("stop", json!({ "role": "assistant", "content": text }))
        }
        Turn::Fails(_) => ("stop", Value::Null),
    };
    let body = if asked.is_stream {
        Body::Events(events(asked, reason, &message, &usage))
    } else {
        let mut body = head(asked, "chat.completion");
        let mut message = message;
        message["refusal"] = Value::Null;
        message["annotations"] = json!([]);
        body["choices"] = json!([
            { "index": 0, "message": message, "logprobs": null, "finish_reason": reason }
        ]);
        body["usage"] = usage.clone();
        Body::Whole(body)
    };
    Answer { body, usage }
}

fn head(asked: &Asked, object: &str) -> Value {
    json!({
        "id": format!("chatcmpl-CfT2xkQ9bZr4mWn8sLd0vYhG6pJ{}", asked.index),
        "object": object,
        "created": 1_763_600_000,
        "model": dated(&asked.model),
        "service_tier": "default",
        "system_fingerprint": "fp_560af6e559",
    })
}

/// More with every request, most of it cached, some of it reasoning.
fn usage(asked: &Asked) -> Value {
    let index = asked.index;
    let (prompt, completion) = (90 + 30 * index, 42 - index);
    json!({
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": { "cached_tokens": asked.cached(64), "audio_tokens": 0 },
        "completion_tokens_details": {
            "reasoning_tokens": 3,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    })
}

fn events(asked: &Asked, reason: &str, message: &Value, usage: &Value) -> Vec<String> {
    let chunk = |choices: Value, usage: &Value| {
        let mut chunk = head(asked, "chat.completion.chunk");
        chunk["choices"] = choices;
        chunk["usage"] = usage.clone();
        event(None, &chunk)
    };
    let choice = |delta: Value, reason: Option<&str>| {
        let choice =
            json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": reason });
        chunk(json!([choice]), &Value::Null)
    };
    let mut events = Vec::new();
    if let Some(call) = message["tool_calls"].get(0) {
        let mut opened = call.clone();
        opened["index"] = json!(0);
        opened["function"]["arguments"] = json!("");
        let delta = json!({ "role": "assistant", "content": null, "tool_calls": [opened] });
        events.push(choice(delta, None));
        for piece in pieces(call["function"]["arguments"].as_str().unwrap_or_default()) {
            let grown = json!({ "index": 0, "function": { "arguments": piece } });
            events.push(choice(json!({ "tool_calls": [grown] }), None));
        }
    } else {
        events.push(choice(json!({ "role": "assistant", "content": "" }), None));
        for word in words(message["content"].as_str().unwrap_or_default()) {
            events.push(choice(json!({ "content": word }), None));
        }
    }
    events.push(choice(json!({}), Some(reason)));
    events.push(chunk(json!([]), usage));
    events.push("data: [DONE]\n\n".to_owned());
    events
}
