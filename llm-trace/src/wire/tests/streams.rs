//! Events of streams, read one after another into the same response.

use serde_json::json;

use super::{Expected, check, read};
use crate::response::{Ending, Response};
use crate::wire::read_response;

#[test]
fn anthropic_events_replace_per_field() {
    let events = [
        json!({"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [],
            "stop_reason": null, "usage": {"input_tokens": 3, "cache_read_input_tokens": 9511, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "secret"}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Par"}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "is."}}),
        json!({"type": "content_block_start", "index": 2, "content_block": {
            "type": "tool_use", "id": "toolu_1", "input": {"usage": {"input_tokens": 99}}}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{}"}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
               "usage": {"output_tokens": 40}}),
        json!({"type": "message_stop"}),
    ];
    let expected = Expected {
        tokens: [Some(9514), Some(40), Some(9511), None, None],
        model: Some("claude-sonnet-4-5"),
        id: Some("msg_1"),
        finish: &["end_turn"],
        text: &["Par", "is."],
        ..Expected::default()
    };
    check("events", read(&events), &expected);
    check("a list of them", read(&[events.to_vec().into()]), &expected);
}

#[test]
fn responses_events_end_in_a_snapshot_whose_text_is_known() {
    let response = |status: &str, output: serde_json::Value, usage: serde_json::Value| {
        json!({"id": "resp_1", "object": "response", "status": status, "model": "gpt-4o",
               "output": output, "usage": usage})
    };
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
                         "content": [{"type": "output_text", "text": "Paris."}]});
    let usage = json!({"input_tokens": 25, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 18});
    let completed = json!({"type": "response.completed",
                           "response": response("completed", json!([message]), usage)});
    let events = [
        json!({"type": "response.created", "response": response("in_progress", json!([]), json!(null))}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": message}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Par"}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "is."}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "delta": "{}"}),
        json!({"type": "response.output_text.done", "item_id": "msg_1", "text": "Paris."}),
        json!({"type": "response.content_part.done", "part": {"type": "output_text", "text": "Paris."}}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": message}),
        completed.clone(),
    ];
    let expected = |text| Expected {
        tokens: [Some(25), Some(18), Some(0), None, None],
        model: Some("gpt-4o"),
        id: Some("resp_1"),
        finish: &["completed"],
        text,
        ..Expected::default()
    };
    check("all events", read(&events), &expected(&["Par", "is."]));
    check("the last event", read(&[completed]), &expected(&["Paris."]));
}

#[test]
fn chat_chunks_keep_the_order_of_choices() {
    let chunk = |index: u64, delta: serde_json::Value, reason: Option<&str>| {
        json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o", "usage": null,
               "choices": [{"index": index, "delta": delta, "finish_reason": reason}]})
    };
    let chunks = [
        chunk(0, json!({"role": "assistant", "content": ""}), None),
        chunk(1, json!({"content": "Rome."}), None),
        chunk(1, json!({}), Some("length")),
        chunk(0, json!({"content": "Paris."}), None),
        chunk(0, json!({}), Some("stop")),
        json!({"id": "chatcmpl-1", "model": "gpt-4o", "choices": [],
               "usage": {"prompt_tokens": 25, "completion_tokens": 18, "total_tokens": 43}}),
    ];
    check(
        "chunks",
        read(&chunks),
        &Expected {
            tokens: [Some(25), Some(18), None, None, None],
            model: Some("gpt-4o"),
            id: Some("chatcmpl-1"),
            finish: &["stop", "length"],
            text: &["Rome.", "Paris."],
            ..Expected::default()
        },
    );
}

#[test]
fn gemini_chunks_are_cumulative() {
    let chunk = |text: &str, candidates: u64| {
        json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP", "index": 0}],
               "usageMetadata": {"promptTokenCount": 25, "candidatesTokenCount": candidates,
                                 "totalTokenCount": 25 + candidates},
               "modelVersion": "gemini-2.5-flash", "responseId": "r1"})
    };
    check(
        "chunks",
        read(&[chunk("Par", 1), chunk("is.", 2)]),
        &Expected {
            tokens: [Some(25), Some(2), None, None, None],
            model: Some("gemini-2.5-flash"),
            id: Some("r1"),
            finish: &["STOP"],
            text: &["Par", "is."],
            ..Expected::default()
        },
    );
}

/// The start of a stream as genai has it: a variant without anything.
struct Start;

impl serde::Serialize for Start {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("ChatStreamEvent", 0, "Start")
    }
}

#[test]
fn genai_events_are_named_by_their_variant() {
    let mut response = super::empty();
    crate::wire::read_response(&Start, &mut response);
    assert!(response.is_empty());

    let events = [
        json!({"ReasoningChunk": {"content": "secret"}}),
        json!({"Chunk": {"content": "Par"}}),
        json!({"Chunk": {"content": "is."}}),
        json!({"ToolCallChunk": {"tool_call": {"call_id": "call_1", "fn_name": "f", "fn_arguments": {}}}}),
        json!({"End": {"captured_usage": {"prompt_tokens": 25, "completion_tokens": 18},
                       "captured_stop_reason": {"Completed": "stop"},
                       "captured_content": [{"Text": "Paris."}], "captured_response_id": "r1"}}),
    ];
    check(
        "events",
        read(&events),
        &Expected {
            tokens: [Some(25), Some(18), None, None, None],
            id: Some("r1"),
            finish: &["stop"],
            text: &["Par", "is."],
            ..Expected::default()
        },
    );
}

#[test]
fn usage_at_the_end_of_bedrock_and_cohere_streams_is_read() {
    let bedrock = [
        json!({"messageStop": {"stopReason": "end_turn"}}),
        json!({"metadata": {"usage": {"inputTokens": 3, "outputTokens": 5, "cacheReadInputTokens": 10},
                            "metrics": {"latencyMs": 5}}}),
    ];
    check(
        "bedrock",
        read(&bedrock),
        &Expected {
            tokens: [Some(13), Some(5), Some(10), None, None],
            finish: &["end_turn"],
            ..Expected::default()
        },
    );

    let cohere = [
        json!({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Paris."}}}}),
        json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": {
            "billed_units": {"input_tokens": 1, "output_tokens": 2}, "tokens": {"input_tokens": 3, "output_tokens": 4}}}}),
    ];
    check(
        "cohere",
        read(&cohere),
        &Expected {
            tokens: [Some(3), Some(4), None, None, None],
            finish: &["COMPLETE"],
            text: &["Paris."],
            ..Expected::default()
        },
    );
}

#[test]
fn rigs_items_are_deltas_and_a_snapshot() {
    // 0.31 to 0.40.
    let events = [
        json!({"type": "streamAssistantItem", "id": null, "reasoning": "secret"}),
        json!({"type": "streamAssistantItem", "text": "Par"}),
        json!({"type": "streamAssistantItem", "text": "is."}),
        json!({"type": "finalResponse", "response": "Paris.", "aggregatedUsage": {
            "input_tokens": 314, "output_tokens": 150, "total_tokens": 464, "cached_input_tokens": 0}}),
    ];
    let expected = Expected {
        tokens: [Some(314), Some(150), None, None, None],
        text: &["Par", "is."],
        ..Expected::default()
    };
    check("0.31", read(&events), &expected);
    // 0.44: the parts come under names of their own, and the end has it all.
    let event = |value| json!({"type": "streamAssistantItem", "item": "event", "value": value});
    let events = [
        event(json!({"event": "start", "part": 0, "kind": "text"})),
        event(json!({"event": "reasoning", "part": 1, "text": "secret"})),
        event(json!({"event": "text", "part": 0, "text": "Paris."})),
        json!({"type": "finalResponse", "content": [{"text": "Paris."}], "usage": {
            "input_tokens": 314, "output_tokens": 150, "total_tokens": 464}}),
    ];
    check("0.44", read(&events), &Expected { text: &["Paris."], ..expected });
}

#[test]
fn bedrocks_events_say_where_the_end_is() {
    let events = [
        json!({"messageStart": {"role": "assistant"}}),
        json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Par"}}}),
        json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "is."}}}),
        json!({"messageStop": {"stopReason": "end_turn"}}),
        json!({"metadata": {"usage": {"inputTokens": 22, "outputTokens": 13, "totalTokens": 35}}}),
    ];
    let ending = |events: &[serde_json::Value]| {
        let mut response = Response::default();
        for event in events {
            read_response(event, &mut response);
        }
        response.ending
    };

    assert_eq!(ending(&events[..3]), Ending::Open);
    assert_eq!(ending(&events), Ending::Reached);
    let expected = Expected {
        tokens: [Some(22), Some(13), None, None, None],
        finish: &["end_turn"],
        text: &["Par", "is."],
        ..Expected::default()
    };
    check("events", read(&events), &expected);
}
