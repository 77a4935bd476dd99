//! Anthropic's messages.

use serde_json::{Value, json};

use crate::Turn;
use crate::api::{Answer, Asked, Body, dated, event, pieces, words};

pub(crate) fn answer(asked: &Asked, turn: &Turn) -> Answer {
    let usage = usage(asked);
    let (reason, block) = match turn {
        Turn::Calls { tool, arguments } => (
            "tool_use",
            json!({ "type": "tool_use", "id": "toolu_01T1x1fJ34qA", "name": tool, "input": arguments }),
        ),
        Turn::Says(text) | Turn::Breaks(text) => {
            ("end_turn", json!({ "type": "text", "text": text }))
        }
        Turn::Fails(_) => ("end_turn", Value::Null),
    };
    let body = if asked.is_stream {
        Body::Events(events(asked, reason, &block, &usage))
    } else {
        let mut message = message(asked);
        message["content"] = json!([block]);
        message["stop_reason"] = json!(reason);
        message["usage"] = usage.clone();
        Body::Whole(message)
    };
    Answer { body, usage }
}

fn message(asked: &Asked) -> Value {
    json!({
        "id": format!("msg_013Zva2CMHLNnXjNJJKqJ2E{}", asked.index),
        "type": "message",
        "role": "assistant",
        "model": dated(&asked.model),
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
    })
}

/// What is read from and written to the cache is counted apart from the input.
fn usage(asked: &Asked) -> Value {
    let index = asked.index;
    let written = asked.cached(20);
    json!({
        "input_tokens": 37 + 10 * index,
        "cache_read_input_tokens": asked.cached(100),
        "cache_creation_input_tokens": written,
        "cache_creation": { "ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0 },
        "output_tokens": 25 - index,
        "service_tier": "standard",
    })
}

fn events(asked: &Asked, reason: &str, block: &Value, usage: &Value) -> Vec<String> {
    let mut events = Vec::new();
    let mut push = |kind: &str, mut fields: Value| {
        fields["type"] = json!(kind);
        events.push(event(Some(kind), &fields));
    };
    let mut started = message(asked);
    started["usage"] = usage.clone();
    started["usage"]["output_tokens"] = json!(1);
    push("message_start", json!({ "message": started }));
    let delta = |delta: Value| json!({ "index": 0, "delta": delta });
    let mut opened = block.clone();
    if let Some(text) = block["text"].as_str() {
        opened["text"] = json!("");
        push("content_block_start", json!({ "index": 0, "content_block": opened }));
        push("ping", json!({}));
        for word in words(text) {
            let fields = delta(json!({ "type": "text_delta", "text": word }));
            push("content_block_delta", fields);
        }
    } else {
        opened["input"] = json!({});
        push("content_block_start", json!({ "index": 0, "content_block": opened }));
        for piece in pieces(&block["input"].to_string()) {
            let fields = delta(json!({ "type": "input_json_delta", "partial_json": piece }));
            push("content_block_delta", fields);
        }
    }
    push("content_block_stop", json!({ "index": 0 }));
    let mut last = usage.clone();
    if let Some(last) = last.as_object_mut() {
        last.retain(|key, _| key.ends_with("_tokens"));
    }
    let end = json!({ "stop_reason": reason, "stop_sequence": null });
    push("message_delta", json!({ "delta": end, "usage": last }));
    push("message_stop", json!({}));
    events
}
