//! Text that a function's body records by hand.

use futures_util::stream::{Stream, iter};
use futures_util::{FutureExt, StreamExt};
use llm_trace::llm_span;
use serde_json::json;

use crate::{json, span_of, text};

#[test]
fn text_recorded_by_hand_is_the_answer() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat(prompt: &str) -> String {
        let call = llm_trace::current();
        call.record_text("Hello");
        call.record_text(", world");
        call.record_finish_reason("length");
        prompt.to_owned()
    }

    let span = span_of(|| chat("hi"));

    let part = json!({"type": "text", "content": "Hello, world"});
    assert_eq!(
        json(&span, "gen_ai.output.messages"),
        json!([{"role": "assistant", "finish_reason": "length", "parts": [part]}])
    );
    assert_eq!(text(&span, "llm_trace.response.length").unwrap(), "12");
}

#[test]
fn it_leaves_redacted_or_not_at_all_where_the_call_lowers_what_leaves() {
    #[llm_span(model = "gpt-4o", provider = "openai", capture = "redacted")]
    fn redacted() {
        llm_trace::current().record_text("Mail ann@example.com");
    }

    #[llm_span(model = "gpt-4o", provider = "openai", capture = "off")]
    fn off() {
        llm_trace::current().record_text("Mail ann@example.com");
    }

    let span = span_of(redacted);
    let said = json(&span, "gen_ai.output.messages");
    assert_eq!(said[0]["parts"][0]["content"], "Mail [REDACTED:email]");

    let span = span_of(off);
    assert_eq!(text(&span, "gen_ai.output.messages"), None);
    assert_eq!(text(&span, "llm_trace.response.length").unwrap(), "20");
}

#[test]
fn what_came_before_a_panic_is_captured() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat() {
        llm_trace::current().record_text("Half an ans");
        // Without the hook, which would print it.
        std::panic::resume_unwind(Box::new(()));
    }

    let span = span_of(|| std::panic::catch_unwind(chat).unwrap_err());

    assert_eq!(text(&span, "llm_trace.outcome").unwrap(), "panic");
    let said = json(&span, "gen_ai.output.messages");
    assert_eq!(said[0]["parts"][0]["content"], "Half an ans");
}

#[test]
fn it_stands_for_the_chunks_of_a_stream_that_cannot_be_read() {
    #[llm_span(model = "gpt-4o", provider = "openai", response = none)]
    fn chat() -> impl Stream<Item = u8> {
        let call = llm_trace::current();
        iter(1..=3).inspect(move |chunk| call.record_text(&format!("{chunk} ")))
    }

    let span = span_of(|| chat().collect::<Vec<_>>().now_or_never().unwrap());

    let said = json(&span, "gen_ai.output.messages");
    assert_eq!(said[0]["parts"][0]["content"], "1 2 3 ");
}

#[test]
fn a_tool_and_a_retrieval_carry_what_was_recorded_as_their_result() {
    #[llm_span(tool = "add")]
    fn tool() {
        llm_trace::current().record_text(r#"{"sum": 3}"#);
    }

    #[llm_span(tool = "greet")]
    fn text_of_tool() -> u8 {
        llm_trace::current().record_text("hello");
        0
    }

    #[llm_span(retrieval = "kb")]
    fn retrieval() {
        llm_trace::current().record_text("A page.");
    }

    assert_eq!(json(&span_of(tool), "gen_ai.tool.call.result"), json!({"sum": 3}));
    assert_eq!(text(&span_of(text_of_tool), "gen_ai.tool.call.result").unwrap(), "hello");
    let found = json(&span_of(retrieval), "gen_ai.retrieval.documents");
    assert_eq!(found, json!([{"content": "A page."}]));
}

#[test]
fn inputs_of_embeddings_are_captured_however_they_are_given() {
    #[llm_span(operation = "embeddings", provider = "gcp.gemini", request = body)]
    fn batch(body: &serde_json::Value) {
        let _ = body;
    }

    #[llm_span(operation = "embeddings", model = "m", provider = "openai", prompt = texts)]
    fn list(texts: &[&str]) {
        let _ = texts;
    }

    let content = |text: &str| json!({"model": "m", "content": {"parts": [{"text": text}]}});
    let body = json!({"model": "m", "requests": [content("one"), content("two")]});
    let said = |text: &str| json!({"role": "user", "parts": [{"type": "text", "content": text}]});
    let expected = json!([said("one"), said("two")]);
    assert_eq!(json(&span_of(|| batch(&body)), "gen_ai.input.messages"), expected);
    assert_eq!(json(&span_of(|| list(&["one", "two"])), "gen_ai.input.messages"), expected);
}
