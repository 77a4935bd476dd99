//! Answers that are JSON text or bytes, and texts that only look like it.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Expected, check, digest, empty};
use crate::response::{LlmResponse, Response};
use crate::wire::read_response;

/// Bytes as the `bytes` crate serialises them.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

fn read<T: Serialize + ?Sized>(value: &T) -> Response {
    let mut response = empty();
    read_response(value, &mut response);
    response
}

fn body() -> Value {
    json!({
        "id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": "\"Hé\"\n", "tool_calls": [{"arguments": "{\"text\": \"no\"}"}]}}],
        "usage": {"completion_tokens": 9, "prompt_tokens": 7, "total_tokens": 16, "cost": 0.5}
    })
}

#[test]
fn text_and_bytes_are_read_as_the_value_they_are() {
    let text = format!(" \n{}\n", serde_json::to_string_pretty(&body()).unwrap());
    let expected = || Expected {
        tokens: [Some(7), Some(9), None, None, None],
        model: Some("gpt-4o-2024-08-06"),
        id: Some("chatcmpl-1"),
        finish: &["stop"],
        cost: Some(0.5),
        text: &["\"Hé\"\n"],
    };
    let own = |bytes: &dyn LlmResponse| {
        let mut response = empty();
        bytes.read(&mut response);
        response
    };

    check("a value", read(&body()), &expected());
    check("a string", read(&text), &expected());
    check("a str in an option", read(&Some(&*text)), &expected());
    check("bytes", read(&Raw(text.as_bytes())), &expected());
    check("a vector of bytes", own(&text.clone().into_bytes()), &expected());
}

#[test]
fn text_that_only_looks_like_an_answer_is_what_a_model_wrote() {
    let deep = "[".repeat(100_000);
    let truncated = body().to_string();
    for text in [
        "{}",
        "[]",
        "{\"choices\": [\"red\", \"blue\"], \"usage\": \"daily\"}",
        "{\"text\": \"a structured answer\"}",
        "{\"usage\": {\"prompt_tokens\": 7}} and more",
        "[1, 2, 3]",
        &truncated[..truncated.len() - 1],
        &deep,
    ] {
        let response = read(text);

        assert!(response.usage.is_empty(), "{text:.60}");
        assert_eq!(response.text.finish(), digest(&[text]), "{text:.60}");
    }
}

#[test]
fn bytes_that_are_no_answer_say_nothing() {
    for bytes in [
        &b"hello"[..],
        b"",
        b"{\"a\": 1}",
        &[0xff, 0xfe, b'{'],
        b"{\"usage\": {\"prompt_tokens\": 1}",
    ] {
        assert!(read(&Raw(bytes)).is_empty(), "{bytes:?}");
    }
}

#[test]
fn text_that_is_nested_without_end_does_not_hold_up_the_call() {
    let (deep, end) = ("{\"message\": ".repeat(100), "}".repeat(100));
    let long = "x".repeat(1 << 20);
    let text =
        format!("{{\"usage\": {{\"prompt_tokens\": 7}}, \"content\": {deep}\"{long}\"{end}}}");
    let response = read(&text);

    // The text is deeper than what may be gone through, so it is not reached.
    assert_eq!(response.usage.input(), Some(7));
    assert!(response.text.is_empty());
}
