//! The functions under measurement: the same call bare, by hand, and annotated, fourteen attributes each.

use llm_trace::{LlmResponse, Response, Usage, llm_span};

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

/// The call, annotated: the same fourteen attributes.
#[llm_span(
    model = "gpt-4o",
    provider = "openai",
    temperature = 0.2,
    max_tokens = 256,
    top_p = 0.9,
    conversation = conversation,
    user = user
)]
pub async fn annotated(text: &str, conversation: &str, user: &str) -> Answer {
    answer(text)
}

/// The call, annotated, with length and keyed hash of the prompt.
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
