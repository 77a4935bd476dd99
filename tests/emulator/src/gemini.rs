//! Gemini's generated content.

use serde_json::{Value, json};

use crate::Turn;
use crate::api::{Answer, Asked, Body, event, words};

pub(crate) fn answer(asked: &Asked, turn: &Turn) -> Answer {
    let usage = usage(asked);
    let parts: Vec<Value> = match turn {
        Turn::Calls { tool, arguments } => {
            vec![json!({ "functionCall": { "name": tool, "args": arguments } })]
        }
        Turn::Says(text) | Turn::Breaks(text) if asked.is_stream => {
            words(text).map(|word| json!({ "text": word })).collect()
        }
        Turn::Says(text) | Turn::Breaks(text) => vec![json!({ "text": text })],
        Turn::Fails(_) => Vec::new(),
    };
    let last = parts.len().saturating_sub(1);
    let chunk = |index: usize, part: &Value| {
        let is_last = index == last;
        let mut candidate = json!({ "content": { "parts": [part], "role": "model" }, "index": 0 });
        if is_last {
            candidate["finishReason"] = json!("STOP");
        }
        json!({
            "candidates": [candidate],
            "usageMetadata": if is_last { usage.clone() } else { so_far(&usage) },
            "modelVersion": asked.model,
            "responseId": format!("mAitaLmkHPPlz7IPvtfUqQ{}", asked.index),
        })
    };
    let mut chunks: Vec<_> =
        parts.iter().enumerate().map(|(index, part)| chunk(index, part)).collect();
    let body = if asked.is_stream {
        Body::Events(chunks.iter().map(|chunk| event(None, chunk)).collect())
    } else {
        Body::Whole(chunks.pop().unwrap_or_default())
    };
    Answer { body, usage }
}

/// Thoughts are counted apart from the candidates, what was cached within the prompt.
fn usage(asked: &Asked) -> Value {
    let index = asked.index;
    let (prompt, candidates, thoughts) = (60 + 15 * index, 38 - index, 45);
    json!({
        "promptTokenCount": prompt,
        "cachedContentTokenCount": asked.cached(16),
        "candidatesTokenCount": candidates,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": prompt + candidates + thoughts,
        "promptTokensDetails": [{ "modality": "TEXT", "tokenCount": prompt }],
    })
}

/// What Gemini says of the usage before the last chunk.
fn so_far(usage: &Value) -> Value {
    json!({
        "promptTokenCount": usage["promptTokenCount"],
        "totalTokenCount": usage["promptTokenCount"],
        "promptTokensDetails": usage["promptTokensDetails"],
    })
}
