//! Requests, answers, streams and tools.

use futures_util::stream::{Stream, iter};
use futures_util::{FutureExt, StreamExt};
use llm_trace::llm_span;
use serde_json::{Value, json};

use crate::{json, log_of, span_of, structured, text};

fn request() -> Value {
    json!({
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Mail ann@example.com"}
        ],
        "tools": [{"type": "function", "function": {"name": "mail"}}]
    })
}

fn answer() -> Value {
    json!({"choices": [{"finish_reason": "tool_calls", "message": {"role": "assistant", "content": null,
    "tool_calls": [{"id": "c1", "type": "function", "function": {
        "name": "mail", "arguments": "{\"to\": \"ann@example.com\"}"
    }}]}}]})
}

#[test]
fn a_call_carries_the_messages_of_the_conventions_on_span_and_event() {
    #[llm_span(provider = "openai", request = body)]
    fn chat(body: &Value) -> Value {
        let _ = body;
        answer()
    }

    let span = span_of(|| chat(&request()));

    assert_eq!(
        json(&span, "gen_ai.input.messages"),
        json!([
            {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
            {"role": "user", "parts": [{"type": "text", "content": "Mail ann@example.com"}]}
        ])
    );
    let call = json!({"type": "tool_call", "id": "c1", "name": "mail",
        "arguments": {"to": "ann@example.com"}});
    let output = json!([{"role": "assistant", "finish_reason": "tool_call", "parts": [call]}]);
    assert_eq!(json(&span, "gen_ai.output.messages"), output);
    assert_eq!(
        json(&span, "gen_ai.tool.definitions"),
        json!([{"type": "function", "name": "mail"}])
    );
    assert_eq!(text(&span, "llm_trace.capture").unwrap(), "full");
    assert_eq!(text(&span, "llm_trace.prompt.length").unwrap(), "29");

    let log = log_of(&span);
    assert_eq!(log.event_name(), Some("gen_ai.client.inference.operation.details"));
    assert_eq!(structured(&log, "gen_ai.output.messages"), output);
    assert_eq!(structured(&log, "gen_ai.request.model"), json!("gpt-4o"));
}

#[test]
fn a_call_can_lower_what_leaves_of_it() {
    #[llm_span(provider = "openai", request = body, capture = "redacted")]
    fn redacted(body: &Value) -> Value {
        let _ = body;
        answer()
    }

    #[llm_span(provider = "openai", request = body, capture = "off")]
    fn off(body: &Value) -> Value {
        let _ = body;
        answer()
    }

    let span = span_of(|| redacted(&request()));
    let said = json(&span, "gen_ai.input.messages");
    assert_eq!(said[1]["parts"][0]["content"], "Mail [REDACTED:email]");
    let answered = json(&span, "gen_ai.output.messages");
    assert_eq!(answered[0]["parts"][0]["arguments"], json!({"to": "[REDACTED:email]"}));
    assert_eq!(text(&span, "llm_trace.redactions").unwrap(), "2");
    let log = log_of(&span);
    let said = structured(&log, "gen_ai.input.messages");
    assert_eq!(said[1]["parts"][0]["content"], "Mail [REDACTED:email]");

    let span = span_of(|| off(&request()));
    for key in ["gen_ai.input.messages", "gen_ai.output.messages", "llm_trace.capture"] {
        assert_eq!(text(&span, key), None, "{key}");
    }
    assert_eq!(text(&span, "llm_trace.prompt.length").unwrap(), "29");
}

#[test]
fn prompt_and_system_are_taken_where_there_is_no_request() {
    #[llm_span(model = "gpt-4o", provider = "openai", system = "Be brief.")]
    fn chat(prompt: &str) -> String {
        prompt.to_uppercase()
    }

    let span = span_of(|| chat("hi"));

    let message = |role: &str, text: &str| json!({"role": role, "parts": [{"type": "text", "content": text}]});
    assert_eq!(json(&span, "gen_ai.input.messages"), json!([message("user", "hi")]));
    assert_eq!(
        json(&span, "gen_ai.system_instructions"),
        json!([{"type": "text", "content": "Be brief."}])
    );
    let mut answered = message("assistant", "HI");
    answered["finish_reason"] = json!("stop");
    assert_eq!(json(&span, "gen_ai.output.messages"), json!([answered]));
}

#[test]
fn a_stream_is_captured_as_far_as_it_came() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat() -> impl Stream<Item = Value> {
        let piece = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}}]});
        iter([piece("Hel"), piece("lo"), piece(" there")])
    }

    let whole = span_of(|| chat().collect::<Vec<_>>().now_or_never().unwrap());
    assert_eq!(json(&whole, "gen_ai.output.messages")[0]["parts"][0]["content"], "Hello there");

    let begun = span_of(|| chat().take(2).collect::<Vec<_>>().now_or_never().unwrap());
    assert_eq!(text(&begun, "llm_trace.outcome").unwrap(), "abandoned");
    assert_eq!(json(&begun, "gen_ai.output.messages")[0]["parts"][0]["content"], "Hello");
}

#[test]
fn a_tool_carries_its_arguments_and_its_result() {
    #[llm_span(tool = "add", prompt = &json!({"left": left, "right": right}))]
    fn add(left: i64, right: i64) -> Value {
        json!({"sum": left + right})
    }

    let span = span_of(|| add(1, 2));

    assert_eq!(json(&span, "gen_ai.tool.call.arguments"), json!({"left": 1, "right": 2}));
    assert_eq!(json(&span, "gen_ai.tool.call.result"), json!({"sum": 3}));
}
