//! Owns every name that leaves this crate, of attributes, metrics, events and the scope; nothing
//! else writes one.
//!
//! Attributes follow the GenAI semantic conventions as of autumn 2026, metrics those of August 2026
//! (the set that shipped instrumentations and dashboards use). What the conventions do not name
//! lives under `llm_trace.*`; `gen_ai.usage.cost` is the one exception, because backends read it.
//!
//! Generated from `llm-trace/registry`; do not edit. To write it again:
//! `LLM_TRACE_BLESS=1 cargo test -p llm-trace-registry`

/// The name of the instrumentation scope.
pub(crate) const SCOPE: &str = "llm-trace";
/// The state of the conventions that the names are taken from.
pub(crate) const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev";

/// What the call does.
pub(crate) const OPERATION_NAME: &str = "gen_ai.operation.name";
/// The provider, as far as the instrumented program knows.
pub(crate) const PROVIDER_NAME: &str = "gen_ai.provider.name";
/// The id of the conversation; never a hash of its content.
pub(crate) const CONVERSATION_ID: &str = "gen_ai.conversation.id";
/// The kind of answer asked for.
pub(crate) const OUTPUT_TYPE: &str = "gen_ai.output.type";
/// The name of the prompt template.
pub(crate) const PROMPT_NAME: &str = "gen_ai.prompt.name";
/// The version of the prompt template.
pub(crate) const PROMPT_VERSION: &str = "gen_ai.prompt.version";

/// The number of choices asked for.
pub(crate) const REQUEST_CHOICE_COUNT: &str = "gen_ai.request.choice.count";
/// The encoding formats asked of an embedding.
pub(crate) const REQUEST_ENCODING_FORMATS: &str = "gen_ai.request.encoding_formats";
/// The frequency penalty.
pub(crate) const REQUEST_FREQUENCY_PENALTY: &str = "gen_ai.request.frequency_penalty";
/// The most tokens that the answer may have.
pub(crate) const REQUEST_MAX_TOKENS: &str = "gen_ai.request.max_tokens";
/// The model that was asked for.
pub(crate) const REQUEST_MODEL: &str = "gen_ai.request.model";
/// The presence penalty.
pub(crate) const REQUEST_PRESENCE_PENALTY: &str = "gen_ai.request.presence_penalty";
/// The reasoning level, in the provider's own word.
pub(crate) const REQUEST_REASONING_LEVEL: &str = "gen_ai.request.reasoning.level";
/// The seed of the sampling.
pub(crate) const REQUEST_SEED: &str = "gen_ai.request.seed";
/// The sequences that end an answer.
pub(crate) const REQUEST_STOP_SEQUENCES: &str = "gen_ai.request.stop_sequences";
/// Whether the answer was asked for as a stream. Absent, not `false`, when it was not.
pub(crate) const REQUEST_STREAM: &str = "gen_ai.request.stream";
/// The sampling temperature.
pub(crate) const REQUEST_TEMPERATURE: &str = "gen_ai.request.temperature";
/// The number of candidates that sampling looks at in each step.
pub(crate) const REQUEST_TOP_K: &str = "gen_ai.request.top_k";
/// The nucleus sampling threshold.
pub(crate) const REQUEST_TOP_P: &str = "gen_ai.request.top_p";
/// The number of dimensions of an embedding.
pub(crate) const EMBEDDINGS_DIMENSION_COUNT: &str = "gen_ai.embeddings.dimension.count";
/// The most documents that may be found.
pub(crate) const RETRIEVAL_TOP_K: &str = "gen_ai.retrieval.top_k";

/// Why each choice ended, in the provider's own words.
pub(crate) const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
/// The provider's id of the answer.
pub(crate) const RESPONSE_ID: &str = "gen_ai.response.id";
/// The model that answered.
pub(crate) const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// Seconds from the request to the first chunk.
pub(crate) const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";

/// The part of the input tokens that was read from a cache.
pub(crate) const USAGE_CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
/// The part of the input tokens that was written to a cache.
pub(crate) const USAGE_CACHE_WRITE_INPUT_TOKENS: &str = "gen_ai.usage.cache_write.input_tokens";
/// What the call cost, in US dollars.
pub(crate) const USAGE_COST: &str = "gen_ai.usage.cost";
/// Input tokens, those read from and written to a cache included.
pub(crate) const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// Output tokens, those of reasoning included.
pub(crate) const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// The part of the output tokens that was spent on reasoning.
pub(crate) const USAGE_REASONING_OUTPUT_TOKENS: &str = "gen_ai.usage.reasoning.output_tokens";

/// The name of the agent.
pub(crate) const AGENT_NAME: &str = "gen_ai.agent.name";
/// The id of the data source.
pub(crate) const DATA_SOURCE_ID: &str = "gen_ai.data_source.id";
/// The id of the tool call that the model made.
pub(crate) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
/// The name of the tool.
pub(crate) const TOOL_NAME: &str = "gen_ai.tool.name";
/// The type of the tool: `function`, `extension` or `datastore`.
pub(crate) const TOOL_TYPE: &str = "gen_ai.tool.type";
/// The name of the workflow.
pub(crate) const WORKFLOW_NAME: &str = "gen_ai.workflow.name";

/// What went wrong, in a word of low cardinality.
pub(crate) const ERROR_TYPE: &str = "error.type";
/// Why the score is what it is.
pub(crate) const EVALUATION_EXPLANATION: &str = "gen_ai.evaluation.explanation";
/// What was evaluated.
pub(crate) const EVALUATION_NAME: &str = "gen_ai.evaluation.name";
/// The score in a word of low cardinality.
pub(crate) const EVALUATION_SCORE_LABEL: &str = "gen_ai.evaluation.score.label";
/// The score.
pub(crate) const EVALUATION_SCORE_VALUE: &str = "gen_ai.evaluation.score.value";
/// What the error says, in words.
pub(crate) const EXCEPTION_MESSAGE: &str = "exception.message";
/// What was thrown or returned, by its type or its code.
pub(crate) const EXCEPTION_TYPE: &str = "exception.type";
/// The host that was called.
pub(crate) const SERVER_ADDRESS: &str = "server.address";
/// The port that was called.
pub(crate) const SERVER_PORT: &str = "server.port";
/// The id of the user.
pub(crate) const USER_ID: &str = "user.id";

/// Which attempt of the same request the call is, counted from 1.
pub(crate) const ATTEMPT: &str = "llm_trace.attempt";
/// Day up to which the price data is known to be right, as `YYYY-MM-DD`.
pub(crate) const COST_AS_OF: &str = "llm_trace.cost.as_of";
/// The model whose price was taken, where the price data has its own name for it.
pub(crate) const COST_MODEL: &str = "llm_trace.cost.model";
/// Where the cost comes from.
pub(crate) const COST_SOURCE: &str = "llm_trace.cost.source";
/// Why there is no `gen_ai.usage.cost`. Absent when there is one.
pub(crate) const COST_STATUS: &str = "llm_trace.cost.status";
/// How the call ended.
pub(crate) const OUTCOME: &str = "llm_trace.outcome";
/// Keyed hash of the prompt.
pub(crate) const PROMPT_HASH: &str = "llm_trace.prompt.hash";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const PROMPT_PREVIOUS_HASH: &str = "llm_trace.prompt.previous_hash";
/// Length of the prompt in bytes of UTF-8.
pub(crate) const PROMPT_LENGTH: &str = "llm_trace.prompt.length";
/// Number of messages in the prompt.
pub(crate) const PROMPT_MESSAGES: &str = "llm_trace.prompt.messages";
/// Number of tools that the request offers to the model.
pub(crate) const REQUEST_TOOLS: &str = "llm_trace.request.tools";
/// Number of chunks of a streamed answer that arrived.
pub(crate) const RESPONSE_CHUNKS: &str = "llm_trace.response.chunks";
/// Keyed hash of the answer's text, in the form of `llm_trace.prompt.hash`.
pub(crate) const RESPONSE_HASH: &str = "llm_trace.response.hash";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const RESPONSE_PREVIOUS_HASH: &str = "llm_trace.response.previous_hash";
/// Length of the answer's text in bytes of UTF-8.
pub(crate) const RESPONSE_LENGTH: &str = "llm_trace.response.length";
/// The provider's id of the request, for its support to find it by.
pub(crate) const RESPONSE_REQUEST_ID: &str = "llm_trace.response.request_id";
/// Output tokens of a streamed answer per second, from its first chunk to its last.
pub(crate) const RESPONSE_TOKENS_PER_SECOND: &str = "llm_trace.response.tokens_per_second";
/// What the tail rule decided of a trace.
pub(crate) const SAMPLING_DECISION: &str = "llm_trace.sampling.decision";
/// Keyed hash of the system instructions, in the form of `llm_trace.prompt.hash`.
pub(crate) const SYSTEM_HASH: &str = "llm_trace.system.hash";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const SYSTEM_PREVIOUS_HASH: &str = "llm_trace.system.previous_hash";
/// Length of the system instructions in bytes of UTF-8.
pub(crate) const SYSTEM_LENGTH: &str = "llm_trace.system.length";
/// Number of model calls below the span, however they ended.
pub(crate) const TOTAL_CALLS: &str = "llm_trace.total.calls";
/// Cost of all model calls below the span, in US dollars.
pub(crate) const TOTAL_COST: &str = "llm_trace.total.cost";
/// Input tokens of all model calls below the span.
pub(crate) const TOTAL_INPUT_TOKENS: &str = "llm_trace.total.input_tokens";
/// Output tokens of all model calls below the span.
pub(crate) const TOTAL_OUTPUT_TOKENS: &str = "llm_trace.total.output_tokens";
/// The input tokens that a provider counts for tools that it ran itself.
pub(crate) const USAGE_TOOL_USE_INPUT_TOKENS: &str = "llm_trace.usage.tool_use_input_tokens";

/// How much of the content leaves. Absent when none does.
pub(crate) const CAPTURE: &str = "llm_trace.capture";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_ERROR_HASH: &str = "llm_trace.closed.error.hash";
/// Bytes of the values that did not leave, of error text.
pub(crate) const CLOSED_ERROR_LENGTH: &str = "llm_trace.closed.error.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_ERROR_PREVIOUS_HASH: &str = "llm_trace.closed.error.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_INPUT_HASH: &str = "llm_trace.closed.input.hash";
/// Bytes of the values that did not leave, of what a model was told, and what was asked of a store.
pub(crate) const CLOSED_INPUT_LENGTH: &str = "llm_trace.closed.input.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_INPUT_PREVIOUS_HASH: &str = "llm_trace.closed.input.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_OTHER_HASH: &str = "llm_trace.closed.other.hash";
/// Bytes of the values that did not leave, of whatever else was closed.
pub(crate) const CLOSED_OTHER_LENGTH: &str = "llm_trace.closed.other.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_OTHER_PREVIOUS_HASH: &str = "llm_trace.closed.other.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_OUTPUT_HASH: &str = "llm_trace.closed.output.hash";
/// Bytes of the values that did not leave, of what a model or a store answered.
pub(crate) const CLOSED_OUTPUT_LENGTH: &str = "llm_trace.closed.output.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_OUTPUT_PREVIOUS_HASH: &str = "llm_trace.closed.output.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_SYSTEM_HASH: &str = "llm_trace.closed.system.hash";
/// Bytes of the values that did not leave, of system instructions.
pub(crate) const CLOSED_SYSTEM_LENGTH: &str = "llm_trace.closed.system.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_SYSTEM_PREVIOUS_HASH: &str = "llm_trace.closed.system.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_TEXT_HASH: &str = "llm_trace.closed.text.hash";
/// Bytes of the values that did not leave, of the text of events and logs, and long names.
pub(crate) const CLOSED_TEXT_LENGTH: &str = "llm_trace.closed.text.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_TEXT_PREVIOUS_HASH: &str = "llm_trace.closed.text.previous_hash";
/// Keyed hash of these values, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_TOOL_HASH: &str = "llm_trace.closed.tool.hash";
/// Bytes of the values that did not leave, of definitions, arguments and results of tools.
pub(crate) const CLOSED_TOOL_LENGTH: &str = "llm_trace.closed.tool.length";
/// The hash under the key before, while two keys overlap, in the form of `llm_trace.prompt.hash`.
pub(crate) const CLOSED_TOOL_PREVIOUS_HASH: &str = "llm_trace.closed.tool.previous_hash";
/// Number of events that did not leave, because they carry what a client sent or received.
pub(crate) const CLOSED_EVENTS: &str = "llm_trace.closed.events";
/// Number of the point among those of a metric that nothing but what was closed tells apart.
pub(crate) const CLOSED_POINT: &str = "llm_trace.closed.point";
/// Number of values that did not leave.
pub(crate) const CLOSED_VALUES: &str = "llm_trace.closed.values";
/// Number of values that were shortened to fit the limits; each says its own length.
pub(crate) const CUT_VALUES: &str = "llm_trace.cut.values";
/// Number of secrets and personal data that were hidden. Of which kinds is not said.
pub(crate) const REDACTIONS: &str = "llm_trace.redactions";

/// The messages that the model was given.
pub(crate) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
/// The messages that the model returned, one per choice.
pub(crate) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
/// The documents that were found.
pub(crate) const RETRIEVAL_DOCUMENTS: &str = "gen_ai.retrieval.documents";
/// The query.
pub(crate) const RETRIEVAL_QUERY_TEXT: &str = "gen_ai.retrieval.query.text";
/// The instructions that are given apart from the messages.
pub(crate) const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
/// What the tool was called with.
pub(crate) const TOOL_CALL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
/// What the tool returned.
pub(crate) const TOOL_CALL_RESULT: &str = "gen_ai.tool.call.result";
/// The tools that the model or agent may call.
pub(crate) const TOOL_DEFINITIONS: &str = "gen_ai.tool.definitions";

/// Whether a metric counts input or output tokens.
pub(crate) const TOKEN_TYPE: &str = "gen_ai.token.type";
/// Duration of a call to a GenAI provider.
pub(crate) const CLIENT_OPERATION_DURATION: &str = "gen_ai.client.operation.duration";
/// Time between two chunks of a streamed answer.
pub(crate) const CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK: &str =
    "gen_ai.client.operation.time_per_output_chunk";
/// Time from the request to the first chunk of a streamed answer.
pub(crate) const CLIENT_OPERATION_TIME_TO_FIRST_CHUNK: &str =
    "gen_ai.client.operation.time_to_first_chunk";
/// Number of input or output tokens that a call used.
pub(crate) const CLIENT_TOKEN_USAGE: &str = "gen_ai.client.token.usage";
/// Duration of a tool call.
pub(crate) const EXECUTE_TOOL_DURATION: &str = "gen_ai.execute_tool.duration";
/// Duration of an agent invocation in this process.
pub(crate) const INVOKE_AGENT_DURATION: &str = "gen_ai.invoke_agent.duration";
/// Number of model calls that an agent makes in one invocation, failed ones included.
pub(crate) const INVOKE_AGENT_INFERENCE_CALLS: &str = "gen_ai.invoke_agent.inference_calls";
/// Number of tool calls that an agent makes in one invocation, failed ones included.
pub(crate) const INVOKE_AGENT_TOOL_CALLS: &str = "gen_ai.invoke_agent.tool_calls";
/// Duration of a workflow.
pub(crate) const WORKFLOW_DURATION: &str = "gen_ai.workflow.duration";
/// Cost of model calls in US dollars.
pub(crate) const COST: &str = "llm_trace.cost";
/// Spans that the tail rule dropped.
pub(crate) const SAMPLING_DROPPED_SPANS: &str = "llm_trace.sampling.dropped_spans";
/// Traces that the tail rule decided.
pub(crate) const SAMPLING_TRACES: &str = "llm_trace.sampling.traces";

/// What a call was asked and what it answered.
pub(crate) const CLIENT_INFERENCE_OPERATION_DETAILS: &str =
    "gen_ai.client.inference.operation.details";
/// A call of a client failed.
pub(crate) const CLIENT_OPERATION_EXCEPTION: &str = "gen_ai.client.operation.exception";
/// What an evaluation of a call says.
pub(crate) const EVALUATION_RESULT: &str = "gen_ai.evaluation.result";

/// The name of a part of an SDK, unlike that of any other in the process.
pub(crate) const OTEL_COMPONENT_NAME: &str = "otel.component.name";
/// The kind of a part of an SDK.
pub(crate) const OTEL_COMPONENT_TYPE: &str = "otel.component.type";
/// Number of log records whose export has ended, well or not.
pub(crate) const OTEL_SDK_EXPORTER_LOG_EXPORTED: &str = "otel.sdk.exporter.log.exported";
/// Number of data points whose export has ended, well or not.
pub(crate) const OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED: &str =
    "otel.sdk.exporter.metric_data_point.exported";
/// Number of spans whose export has ended, well or not.
pub(crate) const OTEL_SDK_EXPORTER_SPAN_EXPORTED: &str = "otel.sdk.exporter.span.exported";
/// Number of log records that went to an exporter, or were dropped before.
pub(crate) const OTEL_SDK_PROCESSOR_LOG_PROCESSED: &str = "otel.sdk.processor.log.processed";
/// Number of log records that the queue has room for.
pub(crate) const OTEL_SDK_PROCESSOR_LOG_QUEUE_CAPACITY: &str =
    "otel.sdk.processor.log.queue.capacity";
/// Number of log records in the queue.
pub(crate) const OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE: &str = "otel.sdk.processor.log.queue.size";
/// Number of spans that went to an exporter, or were dropped before.
pub(crate) const OTEL_SDK_PROCESSOR_SPAN_PROCESSED: &str = "otel.sdk.processor.span.processed";
/// Number of spans that the queue has room for.
pub(crate) const OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY: &str =
    "otel.sdk.processor.span.queue.capacity";
/// Number of spans in the queue.
pub(crate) const OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE: &str = "otel.sdk.processor.span.queue.size";
/// Number of requests of OTLP that were repeated.
pub(crate) const EXPORT_RETRIES: &str = "llm_trace.export.retries";
/// Number of spans, data points or log records that wait in the spool.
pub(crate) const EXPORT_SPOOLED: &str = "llm_trace.export.spooled";

/// The keys that this crate sets.
const OURS: &[&str] = &[
    OPERATION_NAME,
    PROVIDER_NAME,
    CONVERSATION_ID,
    OUTPUT_TYPE,
    PROMPT_NAME,
    PROMPT_VERSION,
    REQUEST_CHOICE_COUNT,
    REQUEST_ENCODING_FORMATS,
    REQUEST_FREQUENCY_PENALTY,
    REQUEST_MAX_TOKENS,
    REQUEST_MODEL,
    REQUEST_PRESENCE_PENALTY,
    REQUEST_REASONING_LEVEL,
    REQUEST_SEED,
    REQUEST_STOP_SEQUENCES,
    REQUEST_STREAM,
    REQUEST_TEMPERATURE,
    REQUEST_TOP_K,
    REQUEST_TOP_P,
    EMBEDDINGS_DIMENSION_COUNT,
    RETRIEVAL_TOP_K,
    RESPONSE_FINISH_REASONS,
    RESPONSE_ID,
    RESPONSE_MODEL,
    RESPONSE_TIME_TO_FIRST_CHUNK,
    USAGE_CACHE_READ_INPUT_TOKENS,
    USAGE_CACHE_WRITE_INPUT_TOKENS,
    USAGE_COST,
    USAGE_INPUT_TOKENS,
    USAGE_OUTPUT_TOKENS,
    USAGE_REASONING_OUTPUT_TOKENS,
    AGENT_NAME,
    DATA_SOURCE_ID,
    TOOL_CALL_ID,
    TOOL_NAME,
    TOOL_TYPE,
    WORKFLOW_NAME,
    ERROR_TYPE,
    EVALUATION_EXPLANATION,
    EVALUATION_NAME,
    EVALUATION_SCORE_LABEL,
    EVALUATION_SCORE_VALUE,
    EXCEPTION_MESSAGE,
    EXCEPTION_TYPE,
    SERVER_ADDRESS,
    SERVER_PORT,
    USER_ID,
    ATTEMPT,
    COST_AS_OF,
    COST_MODEL,
    COST_SOURCE,
    COST_STATUS,
    OUTCOME,
    PROMPT_HASH,
    PROMPT_PREVIOUS_HASH,
    PROMPT_LENGTH,
    PROMPT_MESSAGES,
    REQUEST_TOOLS,
    RESPONSE_CHUNKS,
    RESPONSE_HASH,
    RESPONSE_PREVIOUS_HASH,
    RESPONSE_LENGTH,
    RESPONSE_REQUEST_ID,
    RESPONSE_TOKENS_PER_SECOND,
    SAMPLING_DECISION,
    SYSTEM_HASH,
    SYSTEM_PREVIOUS_HASH,
    SYSTEM_LENGTH,
    TOTAL_CALLS,
    TOTAL_COST,
    TOTAL_INPUT_TOKENS,
    TOTAL_OUTPUT_TOKENS,
    USAGE_TOOL_USE_INPUT_TOKENS,
    CAPTURE,
    CLOSED_ERROR_HASH,
    CLOSED_ERROR_LENGTH,
    CLOSED_ERROR_PREVIOUS_HASH,
    CLOSED_INPUT_HASH,
    CLOSED_INPUT_LENGTH,
    CLOSED_INPUT_PREVIOUS_HASH,
    CLOSED_OTHER_HASH,
    CLOSED_OTHER_LENGTH,
    CLOSED_OTHER_PREVIOUS_HASH,
    CLOSED_OUTPUT_HASH,
    CLOSED_OUTPUT_LENGTH,
    CLOSED_OUTPUT_PREVIOUS_HASH,
    CLOSED_SYSTEM_HASH,
    CLOSED_SYSTEM_LENGTH,
    CLOSED_SYSTEM_PREVIOUS_HASH,
    CLOSED_TEXT_HASH,
    CLOSED_TEXT_LENGTH,
    CLOSED_TEXT_PREVIOUS_HASH,
    CLOSED_TOOL_HASH,
    CLOSED_TOOL_LENGTH,
    CLOSED_TOOL_PREVIOUS_HASH,
    CLOSED_EVENTS,
    CLOSED_POINT,
    CLOSED_VALUES,
    CUT_VALUES,
    REDACTIONS,
    INPUT_MESSAGES,
    OUTPUT_MESSAGES,
    RETRIEVAL_DOCUMENTS,
    RETRIEVAL_QUERY_TEXT,
    SYSTEM_INSTRUCTIONS,
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_RESULT,
    TOOL_DEFINITIONS,
    TOKEN_TYPE,
    OTEL_COMPONENT_NAME,
    OTEL_COMPONENT_TYPE,
];

/// Returns whether a key is one that this crate sets.
pub(crate) fn is_ours(key: &str) -> bool {
    OURS.contains(&key)
}
