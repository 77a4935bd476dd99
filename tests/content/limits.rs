//! What is too long, too deep, or no text.

use llm_trace::llm_span;
use serde_json::{Value, json};

use crate::{json, span_of};

#[llm_span(provider = "openai", model = "gpt-4o", request = body)]
fn chat(body: &Value) -> Value {
    let _ = body;
    json!({"choices": [{"message": {"content": "seen"}}]})
}

#[test]
fn an_image_is_its_size_and_type() {
    let image = format!("data:image/png;base64,{}", "iVBORw0KGgo".repeat(10_000));
    let request = json!({"messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": image}}
    ]}]});

    let span = span_of(|| chat(&request));

    let parts = &json(&span, "gen_ai.input.messages")[0]["parts"];
    assert_eq!(parts[0], json!({"type": "text", "content": "What is this?"}));
    assert_eq!((&parts[1]["mime_type"], &parts[1]["size"]), (&json!("image/png"), &json!(110_022)));
    assert!(!format!("{span:?}").contains("iVBORw0KGgo"));
}

#[test]
fn a_prompt_of_ten_megabytes_is_withheld_and_its_length_is_known() {
    let request = json!({"messages": [
        {"role": "user", "content": "a word ".repeat(1_500_000)},
        {"role": "user", "content": "short"}
    ]});

    let span = span_of(|| chat(&request));

    let said = json(&span, "gen_ai.input.messages");
    assert_eq!(said[0]["parts"][0]["content"], "[WITHHELD: 10500000 bytes are too many]");
    assert_eq!(said[1]["parts"][0]["content"], "short");
}
