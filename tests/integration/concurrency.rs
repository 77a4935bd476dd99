//! Many calls at once: each has its own span, its own parent and its own usage.

use std::collections::HashMap;
use std::time::Duration;

use llm_trace::{LlmResponse, Response, Usage, llm_span};
use opentelemetry::Value;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

use crate::support::{Capture, attribute};

struct Answer(u64);

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_usage(Usage::cache_inclusive(self.0, None));
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(number: u64) -> Answer {
    tokio::time::sleep(Duration::from_millis(number % 7)).await;
    llm_trace::current().record_usage(Usage::cache_inclusive(None, number * 2));
    Answer(number)
}

#[test]
fn a_thousand_concurrent_calls_do_not_mix() {
    let capture = Capture::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let calls: Vec<_> = (0..1000_u64)
            .map(|number| {
                let task = async move {
                    let parent = tracing::info_span!("request", number = number.cast_signed());
                    chat(number).instrument(parent).await
                };
                tokio::spawn(task.with_subscriber(capture.dispatch().clone()))
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
    });

    let spans = capture.spans();
    let requests: HashMap<_, _> = spans
        .iter()
        .filter(|span| span.name == "request")
        .map(|span| (span.span_context.span_id(), attribute(span, "number").cloned()))
        .collect();
    let chats: Vec<_> = spans.iter().filter(|span| span.name == "chat gpt-4o").collect();
    assert_eq!((requests.len(), chats.len()), (1000, 1000));
    for chat in chats {
        let Some(Value::I64(number)) = requests[&chat.parent_span_id] else { panic!("no number") };
        assert_eq!(attribute(chat, "gen_ai.usage.input_tokens"), Some(&Value::I64(number)));
        assert_eq!(attribute(chat, "gen_ai.usage.output_tokens"), Some(&Value::I64(number * 2)));
    }
}
