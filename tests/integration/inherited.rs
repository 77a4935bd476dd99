//! What a call takes over from the function around it.

use llm_trace::llm_span;
use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;
use tokio::task::yield_now;
use tracing::Instrument as _;

use crate::support::{Capture, attribute};

const CONVERSATION: &str = "gen_ai.conversation.id";
const USER: &str = "user.id";
const VERSION: &str = "gen_ai.prompt.version";

#[llm_span(
    agent = "planner",
    conversation = "conversation-42",
    user = "user-7",
    prompt_version = "3"
)]
async fn plan() {
    chat(None).await;
    chat(Some("conversation-43")).await;
    search().await;
    let spawned = tokio::spawn(chat(None).in_current_span());
    spawned.await.unwrap();
}

#[llm_span(model = "gpt-4o", provider = "openai", conversation = conversation)]
async fn chat(conversation: Option<&str>) {
    yield_now().await;
}

#[llm_span(tool = "search", fields("app.tenant" = "acme"))]
async fn search() {
    llm_trace::current().record_attribute("app.region", "north");
    embed().await;
}

#[llm_span(operation = "embeddings", model = "text-embedding-3-small", provider = "openai")]
async fn embed() {}

fn text<'a>(span: &'a SpanData, key: &str) -> Option<&'a str> {
    match attribute(span, key)? {
        Value::String(text) => Some(text.as_str()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn ids_reach_the_calls_below_unless_they_set_them_themselves() {
    let capture = Capture::new();
    capture.block_on(plan());
    let spans = capture.spans();
    let [first, second, embed, search, spawned, plan] = &spans[..] else { panic!("{spans:?}") };

    for span in [first, embed, search, spawned, plan] {
        assert_eq!(text(span, CONVERSATION), Some("conversation-42"), "{}", span.name);
        assert_eq!(text(span, USER), Some("user-7"), "{}", span.name);
    }
    assert_eq!(text(second, CONVERSATION), Some("conversation-43"));
    assert_eq!(text(first, VERSION), Some("3"));
    // A tool is run by what the model answered, and so is what the tool runs.
    assert_eq!((text(search, VERSION), text(embed, VERSION)), (None, None));
    // Other attributes stay where they were set.
    assert_eq!((text(embed, "app.tenant"), text(embed, "app.region")), (None, None));
}

#[test]
fn nothing_is_taken_over_from_a_call_that_is_over() {
    let capture = Capture::new();
    capture.block_on(async {
        plan().await;
        chat(None).await;
    });
    let spans = capture.spans();
    assert_eq!(text(spans.last().unwrap(), CONVERSATION), None);
}
