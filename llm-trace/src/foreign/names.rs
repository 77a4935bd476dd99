//! Owns the names that other libraries use, and what the conventions call the same thing.

use crate::operation::Operation;
use crate::semconv;

/// How a tool call ended, in Rig's word.
pub(crate) const TOOL_OUTCOME: &str = "gen_ai.tool.call.outcome";
/// The status of a span, as a `tracing` field has it.
pub(super) const STATUS_CODE: &str = "otel.status_code";

/// What a key is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Name {
    /// It is this key of the conventions.
    Known(&'static Known),
    /// It says what this key of the conventions says.
    Renamed(&'static Known),
    /// It has nothing to say to a reader of the span: a library's own book-keeping, or a sum.
    Internal,
    /// Whoever wrote it knows.
    Other,
}

/// A key of the conventions.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Known {
    pub(crate) key: &'static str,
    pub(crate) shape: Shape,
    pub(crate) fact: Fact,
}

/// What a key says of a call, as far as that is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fact {
    Agent,
    CacheRead,
    CacheWrite,
    Cost,
    ErrorType,
    FinishReasons,
    Id,
    Input,
    Model,
    Operation,
    Outcome,
    Output,
    Port,
    Provider,
    Reasoning,
    ResponseModel,
    Server,
    Status,
    Tool,
    ToolType,
    Workflow,
    /// Nothing that is counted.
    Other,
}

/// The type that the conventions give a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    Double,
    Flag,
    Integer,
    Text,
    Words,
}

/// The keys that are looked at, the short ones first, those of a length in alphabetical order: most
/// of a search then compares numbers.
const KNOWN: &[Known] = &[
    Known::new(semconv::ERROR_TYPE, Shape::Text, Fact::ErrorType),
    Known::new(semconv::SERVER_PORT, Shape::Integer, Fact::Port),
    Known::new(semconv::SERVER_ADDRESS, Shape::Text, Fact::Server),
    Known::new(semconv::TOOL_NAME, Shape::Text, Fact::Tool),
    Known::new(semconv::TOOL_TYPE, Shape::Text, Fact::ToolType),
    Known::new(STATUS_CODE, Shape::Text, Fact::Status),
    Known::new(semconv::AGENT_NAME, Shape::Text, Fact::Agent),
    Known::new(semconv::USAGE_COST, Shape::Double, Fact::Cost),
    Known::new(semconv::OUTPUT_TYPE, Shape::Text, Fact::Other),
    Known::new(semconv::RESPONSE_ID, Shape::Text, Fact::Id),
    Known::new(semconv::REQUEST_SEED, Shape::Integer, Fact::Other),
    Known::new(semconv::PROVIDER_NAME, Shape::Text, Fact::Provider),
    Known::new(semconv::REQUEST_MODEL, Shape::Text, Fact::Model),
    Known::new(semconv::REQUEST_TOP_K, Shape::Integer, Fact::Other),
    Known::new(semconv::REQUEST_TOP_P, Shape::Double, Fact::Other),
    Known::new(semconv::WORKFLOW_NAME, Shape::Text, Fact::Workflow),
    Known::new(semconv::OPERATION_NAME, Shape::Text, Fact::Operation),
    Known::new(semconv::REQUEST_STREAM, Shape::Flag, Fact::Other),
    Known::new(semconv::RESPONSE_MODEL, Shape::Text, Fact::ResponseModel),
    Known::new(TOOL_OUTCOME, Shape::Text, Fact::Outcome),
    Known::new(semconv::REQUEST_MAX_TOKENS, Shape::Integer, Fact::Other),
    Known::new(semconv::USAGE_INPUT_TOKENS, Shape::Integer, Fact::Input),
    Known::new(semconv::REQUEST_TEMPERATURE, Shape::Double, Fact::Other),
    Known::new(semconv::USAGE_OUTPUT_TOKENS, Shape::Integer, Fact::Output),
    Known::new(semconv::REQUEST_CHOICE_COUNT, Shape::Integer, Fact::Other),
    Known::new("openai.request.service_tier", Shape::Text, Fact::Other),
    Known::new("openai.response.service_tier", Shape::Text, Fact::Other),
    Known::new(semconv::REQUEST_STOP_SEQUENCES, Shape::Words, Fact::Other),
    Known::new(semconv::RESPONSE_REQUEST_ID, Shape::Text, Fact::Other),
    Known::new(semconv::RESPONSE_FINISH_REASONS, Shape::Words, Fact::FinishReasons),
    Known::new(semconv::REQUEST_ENCODING_FORMATS, Shape::Words, Fact::Other),
    Known::new(semconv::REQUEST_PRESENCE_PENALTY, Shape::Double, Fact::Other),
    Known::new(semconv::REQUEST_FREQUENCY_PENALTY, Shape::Double, Fact::Other),
    Known::new(semconv::EMBEDDINGS_DIMENSION_COUNT, Shape::Integer, Fact::Other),
    Known::new("openai.response.system_fingerprint", Shape::Text, Fact::Other),
    Known::new(semconv::RESPONSE_TIME_TO_FIRST_CHUNK, Shape::Double, Fact::Other),
    Known::new(semconv::USAGE_CACHE_READ_INPUT_TOKENS, Shape::Integer, Fact::CacheRead),
    Known::new(semconv::USAGE_REASONING_OUTPUT_TOKENS, Shape::Integer, Fact::Reasoning),
    Known::new(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, Shape::Integer, Fact::CacheWrite),
    Known::new(semconv::USAGE_TOOL_USE_INPUT_TOKENS, Shape::Integer, Fact::Other),
];

impl Known {
    const fn new(key: &'static str, shape: Shape, fact: Fact) -> Self {
        Self { key, shape, fact }
    }

    /// Returns what a key is ordered by.
    fn order(&self) -> (usize, &'static str) {
        (self.key.len(), self.key)
    }
}

/// Keys with another name in the conventions, in the same order.
const RENAMED: &[(&str, &str)] = &[
    ("llm.system", semconv::PROVIDER_NAME),
    ("llm.vendor", semconv::PROVIDER_NAME),
    ("llm.provider", semconv::PROVIDER_NAME),
    ("gen_ai.system", semconv::PROVIDER_NAME),
    ("llm.cost.total", semconv::USAGE_COST),
    ("llm.model_name", semconv::REQUEST_MODEL),
    ("gen_ai.tool.error.type", semconv::ERROR_TYPE),
    ("llm.token_count.prompt", semconv::USAGE_INPUT_TOKENS),
    ("llm.usage.prompt_tokens", semconv::USAGE_INPUT_TOKENS),
    ("rig.provider_request_id", semconv::RESPONSE_REQUEST_ID),
    ("gen_ai.openai.request.seed", semconv::REQUEST_SEED),
    ("gen_ai.response.model_name", semconv::RESPONSE_MODEL),
    ("gen_ai.usage.cached_tokens", semconv::USAGE_CACHE_READ_INPUT_TOKENS),
    ("gen_ai.usage.prompt_tokens", semconv::USAGE_INPUT_TOKENS),
    ("llm.token_count.completion", semconv::USAGE_OUTPUT_TOKENS),
    ("llm.usage.completion_tokens", semconv::USAGE_OUTPUT_TOKENS),
    ("gen_ai.response.finish_reason", semconv::RESPONSE_FINISH_REASONS),
    ("gen_ai.usage.reasoning_tokens", semconv::USAGE_REASONING_OUTPUT_TOKENS),
    ("gen_ai.usage.completion_tokens", semconv::USAGE_OUTPUT_TOKENS),
    ("llm.usage.cache_read_input_tokens", semconv::USAGE_CACHE_READ_INPUT_TOKENS),
    ("gen_ai.openai.request.service_tier", "openai.request.service_tier"),
    ("gen_ai.openai.response.service_tier", "openai.response.service_tier"),
    ("gen_ai.usage.tool_use_prompt_tokens", semconv::USAGE_TOOL_USE_INPUT_TOKENS),
    ("gen_ai.usage.cache_read_input_tokens", semconv::USAGE_CACHE_READ_INPUT_TOKENS),
    ("gen_ai.openai.request.response_format", semconv::OUTPUT_TYPE),
    ("llm.usage.cache_creation_input_tokens", semconv::USAGE_CACHE_WRITE_INPUT_TOKENS),
    ("gen_ai.usage.cache_creation.input_tokens", semconv::USAGE_CACHE_WRITE_INPUT_TOKENS),
    ("gen_ai.usage.cache_creation_input_tokens", semconv::USAGE_CACHE_WRITE_INPUT_TOKENS),
    ("gen_ai.openai.response.system_fingerprint", "openai.response.system_fingerprint"),
    ("llm.token_count.prompt_details.cache_read", semconv::USAGE_CACHE_READ_INPUT_TOKENS),
    ("llm.token_count.prompt_details.cache_write", semconv::USAGE_CACHE_WRITE_INPUT_TOKENS),
    ("llm.token_count.completion_details.reasoning", semconv::USAGE_REASONING_OUTPUT_TOKENS),
];

/// Keys that nobody reads: what the bridge from `tracing` adds, and sums of what is there anyway.
const INTERNAL: &[&str] = &[
    "busy_ns",
    "gen_ai.usage.total_tokens",
    "idle_ns",
    "llm.token_count.total",
    "llm.usage.total_tokens",
    "target",
];

/// The spellings of providers that the conventions spell otherwise, in alphabetical order.
const PROVIDERS: &[(&str, &str)] = &[
    ("amazon_bedrock", "aws.bedrock"),
    ("aws_bedrock", "aws.bedrock"),
    ("az.ai.inference", "azure.ai.inference"),
    ("az.ai.openai", "azure.ai.openai"),
    ("azure.openai", "azure.ai.openai"),
    ("azure_openai", "azure.ai.openai"),
    ("bedrock", "aws.bedrock"),
    ("gemini", "gcp.gemini"),
    ("google.gemini", "gcp.gemini"),
    ("google_gemini", "gcp.gemini"),
    ("google_vertexai", "gcp.vertex_ai"),
    ("mistral", "mistral_ai"),
    ("mistralai", "mistral_ai"),
    ("moonshot", "moonshot_ai"),
    ("moonshotai", "moonshot_ai"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("vertexai", "gcp.vertex_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("xai", "x_ai"),
];

/// Returns what a key is.
pub(crate) fn name_of(key: &str) -> Name {
    if let Some(known) = known(key) {
        return Name::Known(known);
    }
    let renamed = RENAMED.binary_search_by_key(&(key.len(), key), |(old, _)| (old.len(), *old));
    if let Some(known) = renamed.ok().and_then(|at| known(RENAMED[at].1)) {
        return Name::Renamed(known);
    }
    let is_internal = key.starts_with("rig.") || INTERNAL.contains(&key);
    if is_internal { Name::Internal } else { Name::Other }
}

fn known(key: &str) -> Option<&'static Known> {
    let at = KNOWN.binary_search_by(|known| known.order().cmp(&(key.len(), key)));
    at.ok().map(|at| &KNOWN[at])
}

/// Returns whether a key is there on the span of every call, and on no other.
pub(crate) fn is_call(key: &str) -> bool {
    key == semconv::OPERATION_NAME || key == "gen_ai.system"
}

/// Returns whether a key is one of the generative-AI conventions, or one that they have given up.
pub(crate) fn is_genai(key: &str) -> bool {
    key.starts_with("gen_ai.")
}

/// Returns the value of `gen_ai.provider.name`.
pub(crate) fn provider_named(word: &str) -> &str {
    match PROVIDERS.binary_search_by_key(&word, |(other, _)| other) {
        Ok(at) => PROVIDERS[at].1,
        Err(_) => word,
    }
}

/// Returns the value of `gen_ai.operation.name`; one that the conventions do not know stays.
pub(crate) fn operation_named(word: &str) -> &str {
    match word {
        // Rig up to 0.43: how an answer is delivered is no operation.
        "chat_streaming" => Operation::Chat.as_str(),
        "generate_content_streaming" => Operation::GenerateContent.as_str(),
        _ => word,
    }
}

/// Returns whether a tool call ended well, by Rig's word for it.
pub(crate) fn is_success(outcome: &str) -> bool {
    outcome == "success"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(KNOWN.is_sorted_by_key(Known::order));
        assert!(RENAMED.is_sorted_by_key(|(old, _)| (old.len(), *old)));
        assert!(PROVIDERS.is_sorted_by_key(|(other, _)| other));
    }

    #[test]
    fn what_a_name_is_renamed_to_stays() {
        for (old, new) in RENAMED {
            assert!(matches!(name_of(old), Name::Renamed(known) if known.key == *new), "{old}");
            assert!(matches!(name_of(new), Name::Known(known) if known.key == *new), "{new}");
        }
        for (_, new) in PROVIDERS {
            assert_eq!(provider_named(new), *new);
        }
    }
}
