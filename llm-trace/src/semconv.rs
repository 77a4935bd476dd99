//! Owns every attribute, metric and variable name that leaves this crate; nothing else writes one.
//!
//! Attributes follow the GenAI semantic conventions as of autumn 2026, metrics those of August 2026
//! (the set that shipped instrumentations and dashboards use). What the conventions do not name
//! lives under `llm_trace.*`; `gen_ai.usage.cost` is the one exception, because backends read it.

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $value;)*

        /// Returns whether a key is one that this crate sets.
        pub(crate) fn is_ours(key: &str) -> bool {
            [$($value),*].contains(&key)
        }
    };
}

names! {
    SCOPE = "llm-trace";

    OPERATION_NAME = "gen_ai.operation.name";
    PROVIDER_NAME = "gen_ai.provider.name";
    CONVERSATION_ID = "gen_ai.conversation.id";
    OUTPUT_TYPE = "gen_ai.output.type";
    PROMPT_NAME = "gen_ai.prompt.name";
    PROMPT_VERSION = "gen_ai.prompt.version";

    REQUEST_CHOICE_COUNT = "gen_ai.request.choice.count";
    REQUEST_ENCODING_FORMATS = "gen_ai.request.encoding_formats";
    REQUEST_FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty";
    REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens";
    REQUEST_MODEL = "gen_ai.request.model";
    REQUEST_PRESENCE_PENALTY = "gen_ai.request.presence_penalty";
    REQUEST_REASONING_LEVEL = "gen_ai.request.reasoning.level";
    REQUEST_SEED = "gen_ai.request.seed";
    REQUEST_STOP_SEQUENCES = "gen_ai.request.stop_sequences";
    REQUEST_TEMPERATURE = "gen_ai.request.temperature";
    REQUEST_TOP_K = "gen_ai.request.top_k";
    REQUEST_TOP_P = "gen_ai.request.top_p";
    EMBEDDINGS_DIMENSION_COUNT = "gen_ai.embeddings.dimension.count";
    RETRIEVAL_TOP_K = "gen_ai.retrieval.top_k";

    RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons";
    RESPONSE_ID = "gen_ai.response.id";
    RESPONSE_MODEL = "gen_ai.response.model";

    USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens";
    USAGE_CACHE_WRITE_INPUT_TOKENS = "gen_ai.usage.cache_write.input_tokens";
    USAGE_COST = "gen_ai.usage.cost";
    USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens";
    USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.usage.reasoning.output_tokens";

    AGENT_NAME = "gen_ai.agent.name";
    DATA_SOURCE_ID = "gen_ai.data_source.id";
    TOOL_CALL_ID = "gen_ai.tool.call.id";
    TOOL_NAME = "gen_ai.tool.name";
    TOOL_TYPE = "gen_ai.tool.type";
    WORKFLOW_NAME = "gen_ai.workflow.name";

    ERROR_TYPE = "error.type";
    SERVER_ADDRESS = "server.address";
    SERVER_PORT = "server.port";
    USER_ID = "user.id";

    TOKEN_TYPE = "gen_ai.token.type";
    CLIENT_OPERATION_DURATION = "gen_ai.client.operation.duration";
    CLIENT_TOKEN_USAGE = "gen_ai.client.token.usage";
    EXECUTE_TOOL_DURATION = "gen_ai.execute_tool.duration";
    INVOKE_AGENT_DURATION = "gen_ai.invoke_agent.duration";
    WORKFLOW_DURATION = "gen_ai.workflow.duration";

    ATTEMPT = "llm_trace.attempt";
    COST = "llm_trace.cost";
    COST_AS_OF = "llm_trace.cost.as_of";
    COST_MODEL = "llm_trace.cost.model";
    COST_SOURCE = "llm_trace.cost.source";
    COST_STATUS = "llm_trace.cost.status";
    OUTCOME = "llm_trace.outcome";
    PROMPT_HASH = "llm_trace.prompt.hash";
    PROMPT_LENGTH = "llm_trace.prompt.length";
    PROMPT_MESSAGES = "llm_trace.prompt.messages";
    RESPONSE_HASH = "llm_trace.response.hash";
    RESPONSE_LENGTH = "llm_trace.response.length";
    SYSTEM_HASH = "llm_trace.system.hash";
    SYSTEM_LENGTH = "llm_trace.system.length";
}
