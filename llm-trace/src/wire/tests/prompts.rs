//! Prompts: what is counted, what is hashed, and what makes a message.

use serde_json::{Value, json};

use crate::digest::{Digest, Tally, Text};
use crate::wire::read_prompt;

fn prompt(value: &Value) -> (Digest, Option<u64>) {
    let mut tally = Tally::hashing(Text::Prompt);
    let messages = read_prompt(value, &mut tally);
    (tally.finish(), messages)
}

fn said(messages: &[(&str, &[&str])]) -> Digest {
    let mut tally = Tally::hashing(Text::Prompt);
    for (role, parts) in messages {
        tally.mark(role);
        for part in *parts {
            tally.part(part);
        }
    }
    tally.finish()
}

fn parts(parts: &[&str]) -> Digest {
    let mut tally = Tally::hashing(Text::Prompt);
    for part in parts {
        tally.part(part);
    }
    tally.finish()
}

#[test]
fn messages_are_counted_and_hashed_with_their_roles() {
    let one: Digest = said(&[("user", &["hi"])]);
    let two = said(&[("system", &["Be brief."]), ("user", &["hi", "there"])]);
    let image = "data:image/png;base64,AAAA";
    let cases = [
        ("one", json!({"role": "user", "content": "hi"}), &one, 1),
        (
            "a list of one",
            json!([{"role": "user", "content": [{"type": "text", "text": "hi"}]}]),
            &one,
            1,
        ),
        (
            "openai",
            json!({"model": "gpt-4o", "tools": [{"text": "no"}], "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "image_url", "image_url": {"url": image}},
                                         {"type": "text", "text": "there"}]}]}),
            &two,
            2,
        ),
        (
            "responses",
            json!({"input": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "input_text", "text": "hi"}, {"type": "input_text", "text": "there"}]}]}),
            &two,
            2,
        ),
        (
            "genai",
            json!({"system": null, "messages": [
            {"role": "system", "content": {"parts": [{"Text": "Be brief."}]}},
            {"role": "user", "content": {"parts": [{"Text": "hi"}, {"Text": "there"}]}}]}),
            &two,
            2,
        ),
        (
            "gemini",
            json!({"contents": [
            {"role": "system", "parts": [{"text": "Be brief."}]},
            {"role": "user", "parts": [{"text": "hi"}, {"inlineData": {"data": image}}, {"text": "there"}]}]}),
            &two,
            2,
        ),
    ];
    for (label, value, digest, messages) in cases {
        assert_eq!(prompt(&value), (digest.clone(), Some(messages)), "{label}");
    }
    assert_eq!((one.length, two.length), (2, 16));
}

#[test]
fn the_hash_depends_on_roles_and_on_where_messages_end() {
    let hash = |value: Value| prompt(&value).0.hash;

    assert_ne!(
        hash(json!([{"role": "user", "content": "hi"}])),
        hash(json!([{"role": "system", "content": "hi"}])),
    );
    assert_ne!(
        hash(json!({"contents": [{"parts": [{"text": "a"}, {"text": "b"}]}]})),
        hash(json!({"contents": [{"parts": [{"text": "a"}]}, {"parts": [{"text": "b"}]}]})),
    );
}

#[test]
fn values_without_messages_give_their_text() {
    let cases = [
        ("a string", json!("hi"), parts(&["hi"])),
        ("strings", json!(["a", "b"]), parts(&["a", "b"])),
        ("an embedding request", json!({"model": "m", "input": ["a", "b"]}), parts(&["a", "b"])),
        ("a string in a request", json!({"model": "m", "input": "hi"}), parts(&["hi"])),
        (
            "text fields",
            json!({"title": "no", "body": {"text": "a", "tags": ["no"]}, "more": [{"content": "b"}]}),
            parts(&["a", "b"]),
        ),
        (
            "every string",
            // In the order of the alphabet: what else is built decides whether `json!` keeps another.
            json!({"list": [["a"], 5, null, {"x": "b"}], "name": "c"}),
            parts(&["a", "b", "c"]),
        ),
        ("objects of one's own", json!([{"title": "a"}, {"title": "b"}]), parts(&["a", "b"])),
        ("an input of one's own", json!({"input": {"question": "a"}}), parts(&["a"])),
        ("tokens", json!([[1, 2, 3], [4]]), parts(&[])),
    ];
    for (label, value, digest) in cases {
        assert_eq!(prompt(&value), (digest, None), "{label}");
    }
}

#[test]
fn a_message_without_text_is_still_a_message() {
    let value = json!([{"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "name": "no"}]}]);

    assert_eq!(prompt(&value), (said(&[("assistant", &[])]), Some(1)));
}
