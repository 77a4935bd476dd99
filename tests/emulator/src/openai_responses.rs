//! OpenAI's responses.

use serde_json::{Value, json};

use crate::Turn;
use crate::api::{Answer, Asked, Body, dated, event, pieces, words};

pub(crate) fn answer(asked: &Asked, turn: &Turn) -> Answer {
    let usage = usage(asked);
    let item = match turn {
        Turn::Calls { tool, arguments } => json!({
            "id": "fc_67ccd3aa02d8", "type": "function_call", "status": "completed",
            "call_id": "call_h6PAuhXD", "name": tool, "arguments": arguments.to_string(),
        }),
        Turn::Says(text) | Turn::Breaks(text) => json!({
            "id": "msg_67ccd3acc8d4", "type": "message", "status": "completed", "role": "assistant",
            "content": [{ "type": "output_text", "annotations": [], "logprobs": [], "text": text }],
        }),
        Turn::Fails(_) => Value::Null,
    };
    let mut finished = response(asked, "completed");
    finished["output"] = json!([item]);
    finished["usage"] = usage.clone();
    let body = if asked.is_stream {
        Body::Events(events(asked, &item, &finished))
    } else {
        Body::Whole(finished)
    };
    Answer { body, usage }
}

fn response(asked: &Asked, status: &str) -> Value {
    json!({
        "id": format!("resp_67ccd3a9da748190baa7f1570fe91ac{}", asked.index),
        "object": "response",
        "created_at": 1_763_600_000,
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": null,
        "instructions": null,
        "max_output_tokens": null,
        "model": dated(&asked.model),
        "output": [],
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "reasoning": { "effort": null, "summary": null },
        "service_tier": "default",
        "store": true,
        "temperature": 1.0,
        "text": { "format": { "type": "text" } },
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": null,
        "user": null,
        "metadata": {},
    })
}

fn usage(asked: &Asked) -> Value {
    let index = asked.index;
    let (input, output) = (38 + 20 * index, 44 - index);
    json!({
        "input_tokens": input,
        "input_tokens_details": { "cached_tokens": asked.cached(16) },
        "output_tokens": output,
        "output_tokens_details": { "reasoning_tokens": 12 },
        "total_tokens": input + output,
    })
}

fn events(asked: &Asked, item: &Value, finished: &Value) -> Vec<String> {
    let mut events = Vec::new();
    let mut push = |kind: &str, mut fields: Value| {
        fields["type"] = json!(kind);
        fields["sequence_number"] = json!(events.len());
        events.push(event(Some(kind), &fields));
    };
    let id = &item["id"];
    let started = response(asked, "in_progress");
    push("response.created", json!({ "response": started }));
    push("response.in_progress", json!({ "response": started }));
    let mut opened = item.clone();
    opened["status"] = json!("in_progress");
    if let Some(part) = item["content"].get(0) {
        opened["content"] = json!([]);
        push("response.output_item.added", json!({ "output_index": 0, "item": opened }));
        let at = json!({ "item_id": id, "output_index": 0, "content_index": 0 });
        let with = |key: &str, value: &Value| {
            let mut fields = at.clone();
            fields[key] = value.clone();
            fields
        };
        let mut empty = part.clone();
        empty["text"] = json!("");
        push("response.content_part.added", with("part", &empty));
        for word in words(part["text"].as_str().unwrap_or_default()) {
            let mut fields = with("delta", &json!(word));
            fields["logprobs"] = json!([]);
            push("response.output_text.delta", fields);
        }
        let mut fields = with("text", &part["text"]);
        fields["logprobs"] = json!([]);
        push("response.output_text.done", fields);
        push("response.content_part.done", with("part", part));
    } else {
        opened["arguments"] = json!("");
        push("response.output_item.added", json!({ "output_index": 0, "item": opened }));
        for piece in pieces(item["arguments"].as_str().unwrap_or_default()) {
            let fields = json!({ "item_id": id, "output_index": 0, "delta": piece });
            push("response.function_call_arguments.delta", fields);
        }
        let fields = json!({
            "item_id": id, "output_index": 0, "arguments": item["arguments"], "name": item["name"],
        });
        push("response.function_call_arguments.done", fields);
    }
    push("response.output_item.done", json!({ "output_index": 0, "item": item }));
    push("response.completed", json!({ "response": finished }));
    events
}
