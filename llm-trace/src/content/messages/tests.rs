//! Requests and answers of all families, as the messages that they become.

use serde_json::{Value, json};

use super::{Said, input_messages, output_messages};
use crate::content::{Heard, Kind, Room, tree};

fn said(request: &Value) -> Said {
    Said::of_request(&tree(request, &mut Room::default()))
}

fn user(text: &str) -> Value {
    json!({"role": "user", "parts": [{"type": "text", "content": text}]})
}

fn assistant(parts: &Value, finish: &str) -> Value {
    json!([{"role": "assistant", "parts": parts, "finish_reason": finish}])
}

#[test]
fn the_messages_of_every_family_have_roles_and_parts() {
    for request in [
        json!({"messages": [{"role": "user", "content": "hi"}]}),
        json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}),
        json!({"input": "hi"}),
        json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]}),
        json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}),
        json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}]}),
        json!({"prompt": "hi", "model": "m"}),
        json!({"body": {"messages": [{"role": "user", "content": "hi"}]}}),
    ] {
        assert_eq!(said(&request).input.unwrap(), json!([user("hi")]), "{request}");
    }
    assert_eq!(input_messages(&json!(["a", "b"])).unwrap(), json!([user("a"), user("b")]));
}

#[test]
fn tools_and_instructions_stand_beside_the_messages() {
    let request = json!({
        "system": "be kind",
        "tools": [{"type": "function", "function": {"name": "add", "description": "d", "parameters": {}}}],
        "messages": [
            {"role": "developer", "content": "short"},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\"a\":1}"}}
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": "3"}
        ]
    });
    let said = said(&request);

    assert_eq!(said.system.unwrap(), json!([{"type": "text", "content": "be kind"}]));
    assert_eq!(
        said.tools.unwrap(),
        json!([{"type": "function", "name": "add", "description": "d", "parameters": {}}])
    );
    assert_eq!(
        said.input.unwrap(),
        json!([
            {"role": "system", "parts": [{"type": "text", "content": "short"}]},
            {"role": "assistant", "parts": [
                {"type": "tool_call", "id": "c1", "name": "add", "arguments": {"a": 1}}
            ]},
            {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "3"}]}
        ])
    );
}

#[test]
fn images_and_sounds_are_size_and_type() {
    let data = "A".repeat(600);
    let url = format!("data:image/png;base64,{data}");
    let request = json!({"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "image_url", "image_url": {"url": "https://a.example/cat.png?token=1"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": data}},
        {"type": "input_audio", "input_audio": {"data": "QUJD", "format": "wav"}},
        {"inlineData": {"mimeType": "image/webp", "data": data}}
    ]}]});
    let input = said(&request).input.unwrap();

    assert_eq!(
        input[0]["parts"],
        json!([
            {"type": "blob", "modality": "image", "mime_type": "image/png", "size": 622, "content": ""},
            {"type": "uri", "modality": "image", "uri": "https://a.example/cat.png"},
            {"type": "blob", "modality": "image", "mime_type": "image/jpeg", "size": 600, "content": ""},
            {"type": "blob", "modality": "audio", "mime_type": "wav", "size": 4, "content": ""},
            {"type": "blob", "modality": "image", "mime_type": "image/webp", "size": 600, "content": ""}
        ])
    );
}

#[test]
fn the_answers_of_every_family_have_parts_and_a_finish_reason() {
    let text = || json!([{"type": "text", "content": "hi"}]);
    for (answer, parts, finish) in [
        (
            json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}]}),
            text(),
            "stop",
        ),
        (json!({"choices": [{"finish_reason": "length", "text": "hi"}]}), text(), "length"),
        (
            json!({"status": "completed", "output": [
                {"type": "message", "content": [{"type": "output_text", "text": "hi"}]}
            ]}),
            text(),
            "stop",
        ),
        (
            json!({"content": [{"type": "text", "text": "hi"}], "stop_reason": "max_tokens", "usage": {}}),
            text(),
            "length",
        ),
        (
            json!({"candidates": [{"content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP"}]}),
            text(),
            "stop",
        ),
        (
            json!({"output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}}, "stopReason": "end_turn"}),
            text(),
            "stop",
        ),
        (
            json!({"message": {"role": "assistant", "content": [{"type": "text", "text": "hi"}]}, "finish_reason": "COMPLETE"}),
            text(),
            "stop",
        ),
        (
            json!({"message": {"role": "assistant", "content": "hi"}, "done": true, "done_reason": "stop"}),
            text(),
            "stop",
        ),
        (json!({"response": "hi", "done": true}), text(), "stop"),
        (json!({"answer": {"choices": [{"message": {"content": "hi"}}]}, "ms": 3}), text(), "stop"),
        (
            json!({"content": [{"type": "tool_use", "id": "t", "name": "add", "input": {"a": 1}}], "stop_reason": "tool_use"}),
            json!([{"type": "tool_call", "id": "t", "name": "add", "arguments": {"a": 1}}]),
            "tool_call",
        ),
    ] {
        assert_eq!(output_messages(&answer), Some(assistant(&parts, finish)), "{answer}");
    }
    assert_eq!(output_messages(&json!({"ms": 3})), None);
}

#[test]
fn a_stream_is_put_together_from_its_chunks() {
    let calls = |chunks: &[Value]| {
        let mut heard = Heard::new(Kind::Stream);
        for chunk in chunks {
            heard.take(chunk);
        }
        heard.text(0, "h");
        heard.text(0, "i");
        heard.finish(["tool_use"].into_iter()).unwrap()
    };
    let expected = assistant(
        &json!([
            {"type": "text", "content": "hi"},
            {"type": "tool_call", "id": "t", "name": "add", "arguments": {"a": 1}}
        ]),
        "tool_call",
    );
    let openai = [
        json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "t", "function": {"name": "add", "arguments": ""}}]}}]}),
        json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{\"a\""}}]}}]}),
        json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]}}]}),
    ];
    let anthropic = [
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "add"}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"a\":1}"}}),
    ];
    let bedrock = [
        json!({"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": "add"}}, "contentBlockIndex": 1}}),
        json!({"contentBlockDelta": {"delta": {"toolUse": {"input": "{\"a\":1}"}}, "contentBlockIndex": 1}}),
    ];
    let gemini = [
        json!({"candidates": [{"content": {"parts": [{"functionCall": {"id": "t", "name": "add", "args": {"a": 1}}}]}}]}),
    ];
    for chunks in [&openai[..], &anthropic, &bedrock, &gemini] {
        assert_eq!(calls(chunks), expected, "{chunks:?}");
    }
    let repeated = json!({"type": "response.completed", "response": {"status": "completed", "output": [
        {"type": "message", "content": [{"type": "output_text", "text": "all of it"}]}
    ]}});
    assert_eq!(calls(&[repeated])[0]["parts"][0]["content"], "all of it");
}
