//! What Rust client libraries and users' own types serialise to.

use serde_json::json;

use super::{Expected, check, empty, read};
use crate::wire::read_response;

#[test]
fn genai_chat_response_is_read() {
    let body = json!({
        "content": {"parts": [{"ThoughtSignature": "secret"}, {"Text": "Paris."},
                              {"ToolCall": {"call_id": "call_1", "fn_name": "f", "fn_arguments": {"text": "secret"}}}]},
        "reasoning_content": "secret",
        "model_iden": {"adapter_kind": "OpenAI", "model_name": "gpt-4o"},
        "provider_model_iden": {"adapter_kind": "OpenAI", "model_name": {"Shared": "gpt-4o-2024-08-06"}},
        "stop_reason": {"Completed": "stop"},
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
                  "prompt_tokens_details": {"cached_tokens": 60, "cache_creation_tokens": 10}},
        "captured_raw_body": {"id": "raw", "usage": {"prompt_tokens": 1}},
        "response_id": "resp_1",
    });
    check(
        "genai",
        read(&[body]),
        &Expected {
            tokens: [Some(100), Some(20), Some(60), Some(10), None],
            model: Some("gpt-4o-2024-08-06"),
            id: Some("resp_1"),
            finish: &["stop"],
            text: &["Paris."],
            ..Expected::default()
        },
    );
}

#[test]
fn a_total_with_the_cached_tokens_on_top_says_that_input_leaves_them_out() {
    let usage = json!({"usage": {"prompt_tokens": 22, "completion_tokens": 13, "total_tokens": 135,
                                 "prompt_tokens_details": {"cached_tokens": 100}}});

    assert_eq!(read(&[usage]).usage.input(), Some(122));
}

#[test]
fn rig_counts_are_read_by_their_arithmetic() {
    let usage = |input: u64, output: u64, total: u64, cached: u64, written: u64| {
        let body = json!({"output": "Paris.", "total_usage": {
            "input_tokens": input, "output_tokens": output, "total_tokens": total,
            "cached_input_tokens": cached, "cache_creation_input_tokens": written, "reasoning_tokens": 0}});
        super::tokens(&read(&[body]))
    };

    let cases = [
        ("nothing reported", usage(0, 0, 0, 0, 0), [None; 5]),
        ("no cache", usage(100, 20, 120, 0, 0), [Some(100), Some(20), None, None, None]),
        ("inclusive", usage(100, 20, 120, 60, 0), [Some(100), Some(20), Some(60), None, None]),
        (
            "more cached than input",
            usage(3, 20, 23, 60, 5),
            [Some(68), Some(20), Some(60), Some(5), None],
        ),
        (
            "in the total",
            usage(100, 20, 185, 60, 5),
            [Some(165), Some(20), Some(60), Some(5), None],
        ),
    ];
    for (label, counts, expected) in cases {
        assert_eq!(counts, expected, "{label}");
    }
}

#[test]
fn rig_completion_response_is_read() {
    let body = json!({
        "choice": [{"id": "rs_1", "content": [{"type": "text", "content": {"text": "secret"}}]}, {"text": "Paris."},
                   {"id": "call_1", "function": {"name": "f", "arguments": {"text": "secret"}}}],
        "usage": {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "cached_input_tokens": 60,
                  "cache_creation_input_tokens": null, "reasoning_tokens": 5,
                  "cost": {"input": 0.1, "output": 0.2, "total": 0.3}},
        "origin": {"api": "openai", "provider": "openai", "model": "gpt-4o", "response_model": "gpt-4o-2024-08-06",
                   "response_id": "resp_1"},
        "finish_reason": {"Other": "paused"},
        "raw": {"id": "raw", "usage": {"input_tokens": 1}},
    });
    check(
        "rig",
        read(&[body]),
        &Expected {
            tokens: [Some(100), Some(20), Some(60), None, Some(5)],
            model: Some("gpt-4o-2024-08-06"),
            id: Some("resp_1"),
            finish: &["paused"],
            cost: Some(0.3),
            text: &["Paris."],
        },
    );
}

#[test]
fn an_answer_is_found_in_a_type_of_the_users_own() {
    let answer = || {
        json!({"model": "m", "choices": [{"message": {"content": "Paris."}}],
                           "usage": {"prompt_tokens": 5, "completion_tokens": 7}})
    };
    let found = || Expected {
        tokens: [Some(5), Some(7), None, None, None],
        model: Some("m"),
        text: &["Paris."],
        ..Expected::default()
    };

    let wrapped = [
        ("one level", json!({"id": "mine", "model": "mine", "answer": answer(), "elapsed_ms": 12})),
        (
            "two levels",
            json!({"question": {"content": "mine"}, "inner": {"id": 7, "reply": answer()}}),
        ),
        ("outermost", json!({"a": {"b": {"usage": {"prompt_tokens": 99}}}, "reply": answer()})),
        ("a pair", json!([answer(), {"secs": 1, "nanos": 5}])),
        ("a pair with its text", json!([answer(), "Paris."])),
    ];
    for (label, body) in wrapped {
        check(label, read(&[body]), &found());
    }

    let nothing = [
        ("two answers", json!({"one": answer(), "other": answer()})),
        ("three levels", json!({"a": {"b": {"c": answer()}}})),
        ("nobody's id", json!({"id": "invoice-1", "status": "completed", "model": "T"})),
    ];
    for (label, body) in nothing {
        check(label, read(&[body]), &Expected::default());
    }
}

#[test]
fn a_flat_type_of_the_users_own_is_an_answer() {
    let body = json!({"text": "Paris.", "input_tokens": 5, "output_tokens": 7});

    check(
        "flat",
        read(&[body]),
        &Expected {
            tokens: [Some(5), Some(7), None, None, None],
            text: &["Paris."],
            ..Expected::default()
        },
    );
}

#[test]
fn a_string_is_text() {
    let mut response = empty();
    read_response("Paris.", &mut response);
    check("str", response, &Expected { text: &["Paris."], ..Expected::default() });

    let mut response = empty();
    read_response(&Some(vec!["Paris.".to_owned(), "Rome.".to_owned()]), &mut response);
    check("list", response, &Expected { text: &["Paris.", "Rome."], ..Expected::default() });

    let mut response = empty();
    read_response(&format_args!("{}.", "Paris"), &mut response);
    check("format_args", response, &Expected { text: &["Paris."], ..Expected::default() });
}
