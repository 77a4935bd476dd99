//! The functions under measurement: the same call bare, by hand, and annotated, fourteen attributes each.

use llm_trace::{LlmResponse, Response, Usage, llm_span};
use serde::Serialize;

/// What a client returns.
#[derive(Debug)]
pub struct Answer {
    id: String,
    model: String,
    tokens: (u64, u64),
}

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_id(&*self.id);
        response.set_model(&*self.model);
        response.add_finish_reason("stop");
        response.set_usage(Usage::cache_inclusive(self.tokens.0, self.tokens.1));
    }
}

fn answer(prompt: &str) -> Answer {
    let tokens = (prompt.len() as u64, 34);
    Answer { id: String::from("chatcmpl-123"), model: String::from("gpt-4o-2024-08-06"), tokens }
}

/// The call, not instrumented.
#[expect(clippy::unused_async, reason = "the others are")]
pub async fn bare(prompt: &str, _conversation: &str, _user: &str) -> Answer {
    answer(prompt)
}

/// The call with the attributes that a careful user writes by hand.
#[tracing::instrument(
    name = "chat gpt-4o",
    skip_all,
    fields(
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "openai",
        gen_ai.request.model = "gpt-4o",
        gen_ai.request.temperature = 0.2,
        gen_ai.request.max_tokens = 256,
        gen_ai.request.top_p = 0.9,
        gen_ai.conversation.id = conversation,
        user.id = user,
        gen_ai.response.id,
        gen_ai.response.model,
        gen_ai.response.finish_reasons,
        gen_ai.usage.input_tokens,
        gen_ai.usage.output_tokens,
        outcome,
    )
)]
pub async fn by_hand(prompt: &str, conversation: &str, user: &str) -> Answer {
    let answer = answer(prompt);
    let span = tracing::Span::current();
    span.record("gen_ai.response.id", &*answer.id);
    span.record("gen_ai.response.model", &*answer.model);
    span.record("gen_ai.response.finish_reasons", "stop");
    span.record("gen_ai.usage.input_tokens", answer.tokens.0.cast_signed());
    span.record("gen_ai.usage.output_tokens", answer.tokens.1.cast_signed());
    span.record("outcome", "ok");
    answer
}

/// The call, annotated: the same fourteen attributes, and that the price of this model is not known.
#[llm_span(
    model = "acme-1",
    provider = custom("acme"),
    temperature = 0.2,
    max_tokens = 256,
    top_p = 0.9,
    conversation = conversation,
    user = user
)]
pub async fn annotated(text: &str, conversation: &str, user: &str) -> Answer {
    answer(text)
}

/// The call, annotated, with length and keyed hash of the prompt, and the cost.
#[llm_span(
    model = "gpt-4o",
    provider = "openai",
    temperature = 0.2,
    max_tokens = 256,
    top_p = 0.9,
    conversation = conversation,
    user = user
)]
pub async fn annotated_prompt(prompt: &str, conversation: &str, user: &str) -> Answer {
    answer(prompt)
}

/// A message of a conversation.
#[derive(Debug, Serialize)]
pub struct Message {
    role: &'static str,
    content: String,
}

/// 66 messages of 1.5 KB: 100 KB of prompt.
#[must_use]
pub fn messages() -> Vec<Message> {
    let message = |number: usize| {
        let role = if number.is_multiple_of(2) { "user" } else { "assistant" };
        Message { role, content: "The quick brown fox. ".repeat(73) }
    };
    (0..66).map(message).collect()
}

/// The call, annotated, with length, count and keyed hash of its messages.
#[llm_span(
    model = "gpt-4o",
    provider = "openai",
    temperature = 0.2,
    max_tokens = 256,
    top_p = 0.9,
    conversation = conversation,
    user = user,
    prompt = messages
)]
pub async fn annotated_messages(messages: &[Message], conversation: &str, user: &str) -> Answer {
    answer(&messages[0].content)
}

/// The least that a keyed hash of messages that come one after another takes: gathered into a buffer
/// of 32 KiB.
#[must_use]
pub fn hash(messages: &[Message], buffer: &mut Vec<u8>) -> blake3::Hash {
    const BUFFER: usize = 32 * 1024;
    let mut hasher = blake3::Hasher::new_keyed(&[7; 32]);
    for message in messages {
        if buffer.len() + message.content.len() > BUFFER {
            hasher.update(buffer);
            buffer.clear();
        }
        buffer.extend_from_slice(message.content.as_bytes());
    }
    hasher.update(buffer);
    buffer.clear();
    hasher.finalize()
}
