//! Raw text of streams, cut at any byte.

use serde_json::{Value, json};

use super::{Expected, check};
use crate::digest::Tally;
use crate::response::{Ending, Response};
use crate::wire::Lines;

fn streaming() -> Response {
    Response { text: Tally::of_stream(true), ..Response::default() }
}

/// Reads a text in two pieces.
fn read(text: &str, cut: usize) -> Response {
    let (mut response, mut lines) = (streaming(), Lines::default());
    let (first, second) = text.as_bytes().split_at(cut);
    lines.read(first, &mut response);
    lines.read(second, &mut response);
    lines.finish(&mut response);
    response
}

fn chunk(text: &str, reason: Option<&str>) -> Value {
    json!({"id": "chatcmpl-1", "model": "gpt-4o", "usage": null,
           "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]})
}

fn chat_events() -> String {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 25, "completion_tokens": 18}});
    let events = [chunk("Zürich", None), chunk(" 🏔\n", Some("stop")), usage];
    let events = events.map(|event| format!("data: {event}\r\n\r\n")).concat();
    format!(": a comment\n\nevent: message\n{events}data: [DONE]\n\n")
}

#[test]
fn server_sent_events_survive_a_cut_at_any_byte() {
    let text = chat_events();
    for cut in 0..=text.len() {
        let response = read(&text, cut);
        assert_eq!(response.ending, Ending::Reached, "cut at {cut}");
        check(
            &format!("cut at {cut}"),
            response,
            &Expected {
                tokens: [Some(25), Some(18), None, None, None],
                model: Some("gpt-4o"),
                id: Some("chatcmpl-1"),
                finish: &["stop"],
                text: &["Zürich 🏔\n"],
                ..Expected::default()
            },
        );
    }
}

#[test]
fn lines_of_json_are_read_to_the_last_that_no_break_ends() {
    let text = [
        json!({"model": "llama3.2", "message": {"role": "assistant", "content": "Par"}, "done": false}),
        json!({"model": "llama3.2", "message": {"role": "assistant", "content": "is."}, "done": true,
               "done_reason": "stop", "prompt_eval_count": 25, "eval_count": 18}),
    ]
    .map(|line| line.to_string())
    .join("\n");
    for cut in [0, 1, 20, text.len() - 1] {
        let expected = Expected {
            tokens: [Some(25), Some(18), None, None, None],
            model: Some("llama3.2"),
            finish: &["stop"],
            text: &["Paris."],
            ..Expected::default()
        };
        check(&format!("cut at {cut}"), read(&text, cut), &expected);
    }
    assert_eq!(read(text.split('\n').next().unwrap(), 3).ending, Ending::Open);
}

#[test]
fn text_that_is_no_protocol_is_the_answer_itself() {
    for text in ["Paris.", "dates are nice", "e", "data", "  Paris."] {
        for cut in 0..=text.len() {
            let expected = Expected { text: &[text], ..Expected::default() };
            check(text, read(text, cut), &expected);
        }
    }
    let bytes = [0xff, 0xd8, 0xff];
    let mut response = streaming();
    Lines::default().read(&bytes, &mut response);
    assert!(response.is_empty());
}

#[test]
fn a_line_without_an_end_is_not_kept() {
    let (mut response, mut lines) = (streaming(), Lines::default());
    lines.read(b"data: {\"text\": \"", &mut response);
    for _ in 0..300 {
        lines.read(&[b'x'; 8 * 1024], &mut response);
    }
    lines
        .read(format!("\"}}\ndata: {}\n", chunk("Paris.", Some("stop"))).as_bytes(), &mut response);
    lines.finish(&mut response);

    let expected = Expected {
        model: Some("gpt-4o"),
        id: Some("chatcmpl-1"),
        finish: &["stop"],
        text: &["Paris."],
        ..Expected::default()
    };
    check("after it", response, &expected);
}

#[test]
fn the_end_of_a_line_that_is_too_long_is_no_line() {
    let (mut response, mut lines) = (streaming(), Lines::default());
    lines.read(b"data: {\"text\": \"", &mut response);
    for _ in 0..300 {
        lines.read(&[b'x'; 8 * 1024], &mut response);
    }
    lines.read(format!("data: {}\n", chunk("forged", Some("stop"))).as_bytes(), &mut response);
    lines.finish(&mut response);

    assert!(response.is_empty(), "{response:?}");
}

#[test]
fn space_without_an_end_is_not_kept() {
    let (mut response, mut lines) = (streaming(), Lines::default());
    for _ in 0..100_000 {
        lines.read(b" ", &mut response);
    }

    assert!(!response.text.is_empty(), "it is still kept");
}

#[test]
fn a_streamed_answer_has_the_hash_of_the_whole_one() {
    let whole = json!({"id": "chatcmpl-1", "model": "gpt-4o", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Zürich 🏔\n"}, "finish_reason": "stop"}]});
    let whole = super::read(&[whole]);
    let streamed = read(&chat_events(), 0);

    assert_eq!(whole.text.finish(), streamed.text.finish());
}

#[test]
fn formats_tell_whether_a_stream_was_cut_short() {
    for (label, events, expected) in [
        ("chat", vec![chunk("Par", None)], true),
        ("chat", vec![chunk("Par", None), chunk("", Some("stop"))], false),
        (
            "anthropic",
            vec![json!({"type": "message_start", "message": {"usage": {"input_tokens": 3}}})],
            true,
        ),
        (
            "anthropic",
            vec![json!({"type": "message_start"}), json!({"type": "message_stop"})],
            false,
        ),
        (
            "responses",
            vec![json!({"type": "response.created", "response": {"status": "in_progress"}})],
            true,
        ),
        ("gemini", vec![json!({"candidates": [{"content": {"parts": [{"text": "Par"}]}}]})], true),
        ("gemini", vec![json!({"candidates": [{"finishReason": "STOP"}]})], false),
        ("cohere", vec![json!({"type": "message-start", "id": "1"})], true),
        ("no format", vec![json!({"text": "Par"})], false),
    ] {
        let mut response = streaming();
        for event in &events {
            crate::wire::read_response(event, &mut response);
        }
        assert_eq!(response.is_cut_short(), expected, "{label}: {events:?}");
    }
}
