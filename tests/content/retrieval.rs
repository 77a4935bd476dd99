//! What a store is asked, and what it finds.

use futures_util::stream::{Stream, iter};
use futures_util::{FutureExt, StreamExt};
use llm_trace::llm_span;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{json, log_of, span_of, structured, text};

const QUERY: &str = "gen_ai.retrieval.query.text";
const DOCUMENTS: &str = "gen_ai.retrieval.documents";

/// A document of the program's own.
#[derive(Clone, Serialize)]
struct Page {
    id: u64,
    body: &'static str,
    embedding: Vec<f32>,
}

const fn page(id: u64, body: &'static str) -> Page {
    Page { id, body, embedding: Vec::new() }
}

#[test]
fn a_retrieval_carries_its_query_and_its_documents_on_span_and_event() {
    #[llm_span(retrieval = "kb", top_k = 2)]
    fn find(prompt: &str) -> Vec<(f64, String, Page)> {
        let _ = prompt;
        let first = Page { embedding: vec![0.5; 1536], ..page(1, "Ask ann@example.com") };
        vec![(0.75, "p1".to_owned(), first), (0.5, "p2".to_owned(), page(2, "two"))]
    }

    let span = span_of(|| find("Who knows Rust?"));

    assert_eq!(text(&span, QUERY).unwrap(), "Who knows Rust?");
    let found = json!([
        {"id": "1", "score": 0.75, "body": "Ask ann@example.com", "embedding": "[data: 1536 numbers]"},
        {"id": "2", "score": 0.5, "body": "two", "embedding": []}
    ]);
    assert_eq!(json(&span, DOCUMENTS), found);
    for key in ["gen_ai.input.messages", "gen_ai.output.messages"] {
        assert_eq!(text(&span, key), None, "{key}");
    }
    let log = log_of(&span);
    assert_eq!(structured(&log, QUERY), json!("Who knows Rust?"));
    assert_eq!(structured(&log, DOCUMENTS)[1], found[1]);
}

#[test]
fn a_request_and_an_answer_of_a_store_are_read_and_redacted() {
    #[llm_span(retrieval = "kb", request = body, capture = "redacted")]
    fn find(body: &Value) -> Value {
        let _ = body;
        json!({"matches": [{"id": "d1", "score": 0.5, "metadata": {"text": "Ask ann@example.com"}}]})
    }

    let span = span_of(|| find(&json!({"query": "bob@example.com", "top_k": 3})));

    assert_eq!(text(&span, QUERY).unwrap(), "[REDACTED:email]");
    let found = json!([{"id": "d1", "score": 0.5, "metadata": {"text": "Ask [REDACTED:email]"}}]);
    assert_eq!(json(&span, DOCUMENTS), found);
    assert_eq!(text(&span, "llm_trace.prompt.length").unwrap(), "15");
}

#[test]
fn what_a_retrieval_does_not_say_is_absent() {
    #[llm_span(retrieval = "kb", request = vector)]
    fn nothing(vector: &Value) {
        let _ = vector;
    }

    #[llm_span(retrieval = "kb", capture = "off")]
    fn off(prompt: &str) -> Vec<String> {
        vec![prompt.to_owned()]
    }

    #[llm_span(retrieval = "kb")]
    fn empty(prompt: &str) -> Vec<String> {
        let _ = prompt;
        Vec::new()
    }

    let span = span_of(|| nothing(&json!({"vector": [0.5, 0.25], "top_k": 3})));
    assert_eq!((text(&span, QUERY), text(&span, DOCUMENTS)), (None, None));

    let span = span_of(|| off("secret"));
    assert_eq!((text(&span, QUERY), text(&span, DOCUMENTS)), (None, None));

    let span = span_of(|| empty("obscure"));
    assert_eq!(json(&span, DOCUMENTS), json!([]));
}

#[test]
fn documents_of_a_stream_are_captured_as_far_as_they_came() {
    #[llm_span(retrieval = "kb", stream)]
    fn find(prompt: &str) -> impl Stream<Item = Result<Page, std::fmt::Error>> {
        let _ = prompt;
        iter([Ok(page(1, "one")), Ok(page(2, "two")), Err(std::fmt::Error)])
    }

    let span = span_of(|| find("q").collect::<Vec<_>>().now_or_never().unwrap());

    assert_eq!(text(&span, "llm_trace.outcome").unwrap(), "error");
    let ids: Vec<_> =
        json(&span, DOCUMENTS).as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, ["1", "2"]);
}
