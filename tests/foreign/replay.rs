//! The spans of other libraries, written as those write them: the same names, targets, fields and
//! types, the same values twice, the same payload events. What each is taken from is Rig 0.31
//! (`rig::agent_chat` of its first form), Rig 0.44 and 0.46, which are alike, and genai 0.7 with its
//! feature `otel`.

use tracing::field::Empty;
use tracing::{Instrument, Span, info, info_span, trace};

/// What one answer says of itself.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) provider: &'static str,
    pub(crate) model: &'static str,
    pub(crate) response_model: &'static str,
    pub(crate) id: &'static str,
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) cached: u64,
    pub(crate) reasoning: u64,
}

pub(crate) const FIRST: Answer = Answer {
    provider: "openai",
    model: "gpt-4o",
    response_model: "gpt-4o-2024-08-06",
    id: "chatcmpl-1",
    input: 90,
    output: 42,
    cached: 64,
    reasoning: 3,
};
pub(crate) const SECOND: Answer = Answer { id: "chatcmpl-2", input: 120, output: 9, ..FIRST };

/// Rig since 0.41.
pub(crate) mod rig {
    use super::*;

    /// A run of two turns with a tool call between: 210 input tokens, 51 output tokens.
    pub(crate) async fn run() -> String {
        run_with([FIRST, SECOND], add).await
    }

    pub(crate) async fn run_with<F: Future>(
        turns: [Answer; 2],
        tool: impl FnOnce() -> F,
    ) -> String {
        let (agent, is_own) = agent_span();
        async {
            info!(target: "rig_agent::agent::engine", "Current conversation Turns: 1/3");
            chat(Some(turns[0]), false).await;
            execute_tool("success", tool).await;
            info!(target: "rig_agent::agent::engine", "Current conversation Turns: 2/3");
            chat(Some(turns[1]), false).await;
            info!(target: "rig_agent::agent::engine", turn = 2_u64, max_turns = 3_u64, "Agent run finished");
        }
        .instrument(agent.clone())
        .await;
        if is_own {
            agent.record("gen_ai.usage.input_tokens", turns[0].input + turns[1].input);
            agent.record("gen_ai.usage.output_tokens", turns[0].output + turns[1].output);
            agent.record("gen_ai.usage.cache_read.input_tokens", 128_u64);
            agent.record("gen_ai.usage.reasoning_tokens", 6_u64);
        }
        "SECRET-ANSWER 7".to_owned()
    }

    /// A run whose only call is refused.
    pub(crate) async fn refused() {
        let (agent, _) = agent_span();
        chat(None, false).instrument(agent).await;
    }

    /// The agent's span is the current one, if there is any.
    fn agent_span() -> (Span, bool) {
        let current = Span::current();
        if !current.is_disabled() {
            return (current, false);
        }
        let span = info_span!(
            target: "rig_agent::agent::telemetry",
            parent: None,
            "invoke_agent",
            gen_ai.operation.name = "invoke_agent",
            gen_ai.agent.name = "calc",
            gen_ai.system_instructions = None::<&str>,
            gen_ai.prompt = Empty,
            gen_ai.completion = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            gen_ai.usage.cache_read.input_tokens = Empty,
            gen_ai.usage.cache_creation.input_tokens = Empty,
            gen_ai.usage.tool_use_prompt_tokens = Empty,
            gen_ai.usage.reasoning_tokens = Empty,
        );
        (span, true)
    }

    pub(crate) fn chat_span() -> Span {
        info_span!(
            target: "rig::agent_chat",
            "chat",
            rig.completion_parent = true,
            gen_ai.operation.name = "chat",
            gen_ai.system_instructions = None::<&str>,
            gen_ai.provider.name = Empty,
            gen_ai.request.model = Empty,
            gen_ai.request.stream = Empty,
            gen_ai.response.id = Empty,
            gen_ai.response.model = Empty,
            rig.provider_request_id = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            gen_ai.usage.cache_read.input_tokens = Empty,
            gen_ai.usage.cache_creation.input_tokens = Empty,
            gen_ai.usage.tool_use_prompt_tokens = Empty,
            gen_ai.usage.reasoning_tokens = Empty,
            gen_ai.input.messages = Empty,
            gen_ai.output.messages = Empty,
            gen_ai.agent.name = "calc",
            gen_ai.tool.definitions = Empty,
        )
    }

    /// One turn. `None` is a call that failed.
    pub(crate) async fn chat(answer: Option<Answer>, stream: bool) {
        let span = chat_span();
        async {
            asked(&answer.unwrap_or(FIRST), stream);
            tokio::task::yield_now().await;
            if let Some(answer) = answer {
                answered(&answer);
                if stream {
                    used(&answer);
                }
            }
        }
        .instrument(span)
        .await;
    }

    pub(crate) fn asked(answer: &Answer, stream: bool) {
        let span = Span::current();
        span.record("gen_ai.operation.name", "chat");
        span.record("gen_ai.provider.name", answer.provider);
        span.record("gen_ai.request.model", answer.model);
        span.record("gen_ai.request.stream", stream);
        trace!(target: "rig::completions", "OpenAI completion request: {{ SECRET-PROMPT }}");
        span.record("rig.provider_request_id", "req_chat_1");
    }

    pub(crate) fn answered(answer: &Answer) {
        let span = Span::current();
        trace!(target: "rig::streaming", "reply: {{ SECRET-ANSWER }}");
        span.record("gen_ai.response.id", answer.id);
        span.record("gen_ai.response.model", answer.response_model);
        used(answer);
    }

    fn used(answer: &Answer) {
        let span = Span::current();
        span.record("gen_ai.usage.input_tokens", answer.input);
        span.record("gen_ai.usage.output_tokens", answer.output);
        span.record("gen_ai.usage.cache_read.input_tokens", answer.cached);
        span.record("gen_ai.usage.reasoning_tokens", answer.reasoning);
    }

    pub(crate) async fn execute_tool<F: Future>(
        outcome: &str,
        tool: impl FnOnce() -> F,
    ) -> F::Output {
        let span = info_span!(
            target: "rig_agent::agent::telemetry",
            "execute_tool",
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.r#type = "function",
            gen_ai.tool.name = Empty,
            gen_ai.tool.call.id = Empty,
            gen_ai.tool.call.arguments = Empty,
            gen_ai.tool.call.result = Empty,
            gen_ai.tool.call.outcome = Empty,
            gen_ai.tool.error.r#type = Empty,
        );
        span.record("gen_ai.tool.name", "add");
        span.record("gen_ai.tool.call.id", "call_1");
        let result = async { tool().await }.instrument(span.clone()).await;
        span.record("gen_ai.tool.call.outcome", outcome);
        if outcome == "error" {
            span.record("gen_ai.tool.error.type", "other");
        }
        result
    }

    pub(crate) async fn add() -> i64 {
        2 + 5
    }
}

/// Rig 0.31, whose spans of a turn say neither provider nor model.
pub(crate) mod rig_031 {
    use super::*;

    pub(crate) async fn run() -> String {
        info!(target: "rig::agent::prompt_request", "Current conversation depth: 1/3");
        let first = chat(FIRST).await;
        let tool = info_span!(
            target: "rig::agent::prompt_request",
            "execute_tool",
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.r#type = "function",
            gen_ai.tool.name = Empty,
            gen_ai.tool.call.id = Empty,
            gen_ai.tool.call.arguments = Empty,
            gen_ai.tool.call.result = Empty,
        );
        tool.record("gen_ai.tool.name", "add");
        tool.record("gen_ai.tool.call.arguments", r#"{"x":2,"y":5}"#);
        tool.record("gen_ai.tool.call.result", "7");
        tool.follows_from(first.id());
        tool.in_scope(|| {
            info!(target: "rig::agent::prompt_request", r#"executed tool add with args {{"x":2,"y":5}}. result: 7"#);
        });
        drop((tool, first));
        chat(SECOND).await;
        "SECRET-ANSWER 7".to_owned()
    }

    /// The span outlives the request by the tool calls that the answer asks for.
    async fn chat(answer: Answer) -> Span {
        let span = info_span!(
            target: "rig::agent_chat",
            parent: &Span::current(),
            "chat",
            gen_ai.operation.name = "chat",
            gen_ai.agent.name = "calc",
            gen_ai.system_instructions = "SECRET-SYSTEM",
            gen_ai.provider.name = Empty,
            gen_ai.request.model = Empty,
            gen_ai.response.id = Empty,
            gen_ai.response.model = Empty,
            gen_ai.usage.output_tokens = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.input.messages = Empty,
            gen_ai.output.messages = Empty,
        );
        async {
            tokio::task::yield_now().await;
            let span = Span::current();
            span.record("gen_ai.response.id", answer.id);
            span.record("gen_ai.response.model_name", answer.response_model);
            span.record("gen_ai.usage.input_tokens", answer.input);
            span.record("gen_ai.usage.output_tokens", answer.output);
        }
        .instrument(span.clone())
        .await;
        span
    }
}

/// genai with its feature `otel`.
pub(crate) mod genai {
    use super::*;

    pub(crate) async fn chat(answer: Answer) {
        let span = span(answer.provider, answer.model);
        async {
            tokio::task::yield_now().await;
            let span = Span::current();
            span.record("gen_ai.response.id", answer.id);
            span.record("gen_ai.response.model", answer.response_model);
            span.record("gen_ai.response.finish_reasons", r#"["stop"]"#);
            span.record("gen_ai.usage.input_tokens", 90_i64);
            span.record("gen_ai.usage.output_tokens", 42_i64);
            span.record("gen_ai.usage.cache_read.input_tokens", 64_i64);
            span.record("gen_ai.usage.cache_creation.input_tokens", 0_i64);
        }
        .instrument(span)
        .await;
    }

    pub(crate) fn refused() {
        let span = span("mistral_ai", "mistral-large");
        span.in_scope(|| {});
        span.record("otel.status_code", "error");
        span.record("error.type", "429");
    }

    fn span(provider: &str, model: &str) -> Span {
        let name = format!("chat {model}");
        info_span!(
            "genai.chat",
            "otel.name" = name.as_str(),
            "otel.kind" = "client",
            "otel.status_code" = Empty,
            "error.type" = Empty,
            "gen_ai.operation.name" = "chat",
            "gen_ai.provider.name" = provider,
            "gen_ai.request.model" = model,
            "gen_ai.request.stream" = false,
            "gen_ai.request.temperature" = 0.5,
            "gen_ai.request.stop_sequences" = r#"["END"]"#,
            "server.address" = "api.openai.com",
            "server.port" = 443_i64,
            "gen_ai.response.id" = Empty,
            "gen_ai.response.model" = Empty,
            "gen_ai.response.finish_reasons" = Empty,
            "gen_ai.usage.input_tokens" = Empty,
            "gen_ai.usage.output_tokens" = Empty,
            "gen_ai.usage.cache_read.input_tokens" = Empty,
            "gen_ai.usage.cache_creation.input_tokens" = Empty,
            "gen_ai.usage.reasoning.output_tokens" = Empty,
        )
    }
}
