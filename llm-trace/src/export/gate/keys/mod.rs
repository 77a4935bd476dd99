//! Owns what a key says of its value: the content attributes of the conventions and of other
//! ecosystems. To close another library's, start here.

/// What is closed together: one length and one hash stand for all of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Family {
    Input,
    Output,
    System,
    Tool,
    Error,
    Text,
    Other,
}

/// What a key says of its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Class {
    /// A name, an id or a word out of a list: by itself it says nothing.
    Word,
    /// Something of the core conventions, which may hold a secret but no content.
    Plain,
    /// An address, whose query may hold anything.
    Address,
    /// What a model was told or said, or what stands beside it.
    Content(Family),
    /// Nobody knows.
    Unknown,
}

use Family::{Error, Input, Other, Output, System, Text, Tool};

/// Keys below `gen_ai.` that are no content; whatever else is there and is text, is.
const GEN_AI: &[&str] = &[
    "agent.id",
    "agent.name",
    "agent.version",
    "conversation.id",
    "data_source.id",
    "evaluation.name",
    "evaluation.score.label",
    "main_agent.id",
    "main_agent.name",
    "memory.record.id",
    "memory.store.id",
    "openai.request.response_format",
    "openai.request.service_tier",
    "openai.response.service_tier",
    "openai.response.system_fingerprint",
    "operation.name",
    "output.type",
    "prompt.name",
    "prompt.version",
    "provider.name",
    "request.encoding_formats",
    "request.model",
    "request.previous_response.id",
    "request.reasoning.level",
    "request.stream_cursor",
    "response.finish_reasons",
    "response.id",
    "response.model",
    "response.status",
    "skill.name",
    "skill.resource.name",
    "system",
    "token.modality",
    "token.type",
    "tool.call.id",
    "tool.name",
    "tool.type",
    "workflow.name",
];

/// First words of the core conventions' keys, and of what instrumentations set beside them.
const CORE: &[&str] = &[
    "aws",
    "azure",
    "browser",
    "client",
    "cloud",
    "code",
    "container",
    "db",
    "deployment",
    "device",
    "dns",
    "enduser",
    "error",
    "event",
    "exception",
    "faas",
    "feature_flag",
    "gcp",
    "graphql",
    "host",
    "http",
    "jsonrpc",
    "k8s",
    "level",
    "log",
    "mcp",
    "messaging",
    "net",
    "network",
    "openai",
    "openinference",
    "os",
    "otel",
    "peer",
    "process",
    "rpc",
    "server",
    "service",
    "session",
    "target",
    "telemetry",
    "thread",
    "tls",
    "url",
    "user",
    "user_agent",
];

/// Returns what a key says of its value.
pub(super) fn class(key: &str) -> Class {
    if let Some(key) = key.strip_prefix("gen_ai.") {
        return gen_ai(key);
    }
    let first = key.split(['.', ':']).next().unwrap_or_default();
    let content = match first {
        "llm_trace" => return Class::Word,
        "ai" => vercel(key).or_else(|| by_words(last_word(key))),
        "llm" | "input" | "output" | "tool" | "tool_call" | "message" | "embedding"
        | "retrieval" | "reranker" | "document" | "image" | "audio" => openinference(key),
        "traceloop" | "langfuse" | "langsmith" | "mlflow" | "genkit" | "braintrust" | "logfire"
        | "pydantic_ai" => platform(key).or_else(|| by_words(last_word(key))),
        // What Logfire and Pydantic AI set beside the conventions; CrewAI by OpenLLMetry.
        "metadata" | "events" | "expected" | "return" => Some(Other),
        "all_messages_events" | "request_data" | "crew_tasks" | "crew_agents" => Some(Input),
        "response_data" | "final_result" => Some(Output),
        "model_request_parameters" | "tool_arguments" | "tool_response" => Some(Tool),
        _ if CORE.contains(&first) => return core(key),
        _ => by_words(key),
    };
    content.map_or(Class::Unknown, Class::Content)
}

/// The conventions' own, old ones and made-up ones included.
fn gen_ai(key: &str) -> Class {
    if GEN_AI.binary_search(&key).is_ok() {
        return Class::Word;
    }
    let below =
        |start: &str| key.strip_prefix(start).is_some_and(|rest| rest.starts_with(['.', '_']));
    Class::Content(match key {
        // Words of the user's own that the conventions do not count as content.
        "request.stop_sequences" => return Class::Plain,
        _ if key.starts_with("system") => System,
        _ if key.starts_with("tool") => Tool,
        _ if key.starts_with("agent") || key.starts_with("main_agent") => System,
        _ if key.starts_with("output") || key.starts_with("response") => Output,
        "completion" | "retrieval.documents" | "memory.records" | "evaluation.explanation" => {
            Output
        }
        _ if below("completion") || below("choice") || key == "choice" => Output,
        _ if key.starts_with("input")
            || key.starts_with("prompt")
            || key.starts_with("request") =>
        {
            Input
        }
        "retrieval.query.text" | "memory.query.text" => Input,
        _ => Other,
    })
}

/// What instrumentations of the core conventions set.
fn core(key: &str) -> Class {
    let starts = |of: &[&str]| of.iter().any(|start| key.starts_with(start));
    match key {
        "error.type" | "exception.type" | "server.address" | "level" | "target" | "user.id"
        | "session.id" => Class::Word,
        "error"
        | "error.message"
        | "error.stack"
        | "error.details"
        | "exception.message"
        | "exception.stacktrace"
        | "otel.status_description"
        | "otel.status_message" => Class::Content(Error),
        "url.full" | "url.query" | "url.path" | "http.url" | "http.target" | "http.route" => {
            Class::Address
        }
        "messaging.message.body"
        | "graphql.document"
        | "event.content"
        | "mcp.request.body"
        | "log.record.original" => Class::Content(Other),
        "db.query.text"
        | "feature_flag.result.value"
        | "http.status_text"
        | "process.command_args" => Class::Plain,
        _ if starts(&["http.request.header", "http.response.header", "rpc.request.metadata"])
            || starts(&["rpc.response.metadata", "db.query.parameter", "graphql.variables"])
            || starts(&["http.request.body.", "http.response.body.", "db.operation.parameter"]) =>
        {
            Class::Content(Other)
        }
        _ => {
            // What is not of the conventions is only called as if it were: `user.input`.
            let last = last_word(key);
            let is_name = matches!(last, "code" | "id" | "kind" | "level" | "name" | "status");
            if starts(&["error.", "exception."]) && !is_name {
                return Class::Content(Error);
            }
            by_words(last).map_or(Class::Plain, Class::Content)
        }
    }
}

/// Vercel's AI SDK.
fn vercel(key: &str) -> Option<Family> {
    let rest = key.strip_prefix("ai.").unwrap_or_default();
    let first = rest.split('.').next().unwrap_or_default();
    match first {
        "prompt" | "value" | "values" => Some(Input),
        "toolCall" if !matches!(rest, "toolCall.name" | "toolCall.id") => Some(Tool),
        "schema" => Some(Tool),
        "response" | "result"
            if !matches!(
                rest,
                "response.finishReason" | "response.id" | "response.model" | "response.timestamp"
            ) =>
        {
            Some(Output)
        }
        "embedding" | "embeddings" => Some(Output),
        "telemetry" if rest.starts_with("telemetry.metadata") => Some(Other),
        _ => None,
    }
}

/// `OpenInference`, and what `OpenLLMetry` calls `llm`.
fn openinference(key: &str) -> Option<Family> {
    let is_name = matches!(
        key,
        "llm.model_name"
            | "llm.provider"
            | "llm.system"
            | "llm.vendor"
            | "llm.request.type"
            | "llm.request.model"
            | "llm.response.model"
            | "llm.is_streaming"
            | "llm.response.finish_reason"
            | "llm.response.stop_reason"
            | "tool.name"
            | "tool.id"
            | "tool_call.id"
            | "tool_call.function.name"
            | "message.role"
            | "message.name"
            | "message.tool_call_id"
            | "embedding.model_name"
            | "reranker.model_name"
            | "document.id"
            | "input.mime_type"
            | "output.mime_type"
    );
    if is_name || key.starts_with("llm.token_count.") || key.starts_with("llm.usage.") {
        return None;
    }
    let has = |word: &str| key.contains(word);
    Some(match key.split('.').next().unwrap_or_default() {
        "tool" | "tool_call" => Tool,
        "input" | "embedding" | "image" | "audio" => Input,
        "output" | "document" => Output,
        "reranker" | "retrieval" => {
            if has("query") || has("input") {
                Input
            } else {
                Output
            }
        }
        _ if has("tool") || has("function") => Tool,
        _ if has("prompt") || has("input") => Input,
        _ if has("completion") || has("output") || has("choice") => Output,
        _ => Other,
    })
}

/// Platforms whose keys are mostly names, and some content.
fn platform(key: &str) -> Option<Family> {
    let last = key.rsplit(['.', ':']).next().unwrap_or_default();
    match last {
        "input" | "inputs" | "input_json" | "spanInputs" | "inputs_preview" => Some(Input),
        "output" | "outputs" | "output_json" | "spanOutputs" | "outputs_preview" | "expected" => {
            Some(Output)
        }
        "status_message" => Some(Error),
        "msg" => Some(Text),
        _ if key.contains("metadata")
            || key.contains("variables")
            || key.contains("all_messages") =>
        {
            Some(Other)
        }
        _ if key.starts_with("traceloop.prompt.template")
            || key.contains("mlflow.chat.messages") =>
        {
            Some(Input)
        }
        _ if key.contains("mlflow.chat.tools") || key.contains("tool_arguments") => Some(Tool),
        _ => None,
    }
}

fn last_word(key: &str) -> &str {
    key.rsplit(['.', ':', '_', '-']).next().unwrap_or_default()
}

/// Keys of anybody's own, by the words in them: `user_prompt`, `chatHistory`, `request.body`.
fn by_words(key: &str) -> Option<Family> {
    let key = key.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&["prompt", "question", "instruction", "utterance", "transcript", "history"]) {
        return Some(if key.contains("system") { System } else { Input });
    }
    if has(&["completion", "answer", "reply"]) {
        return Some(Output);
    }
    if has(&["payload", "messages", "content", "authorization", "header", "cookie"]) {
        return Some(Other);
    }
    key.split(['.', ':', '_', '-']).find_map(|word| match word {
        "input" | "inputs" | "query" | "request" | "req" => Some(Input),
        "output" | "outputs" | "response" | "res" | "result" => Some(Output),
        "args" | "arg" | "arguments" | "argument" | "params" | "tool" => Some(Tool),
        "error" | "err" | "exception" => Some(Error),
        "message" | "msg" | "text" | "body" => Some(Text),
        "chunk" | "data" | "document" | "documents" | "event" | "frame" | "json" | "value" => {
            Some(Other)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
