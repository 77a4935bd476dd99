//! Owns the words of the attribute: argument keys, operations and providers.
//!
//! Operations and providers repeat `llm_trace::Operation` and `llm_trace::Provider`, because a
//! misspelt one needs a better answer than rustc has; a test of the workspace compares them.

macro_rules! keys {
    ($($variant:ident = $name:literal,)*) => {
        /// A key of the attribute.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Key {
            $($variant,)*
        }

        impl Key {
            pub(crate) const ALL: &[Key] = &[$(Key::$variant),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Key::$variant => $name,)*
                }
            }
        }
    };
}

keys! {
    Agent = "agent",
    AgentName = "agent_name",
    Attempt = "attempt",
    Capture = "capture",
    ChoiceCount = "choice_count",
    Conversation = "conversation",
    Crate = "crate",
    Dimensions = "dimensions",
    EncodingFormats = "encoding_formats",
    ErrorType = "error_type",
    Fields = "fields",
    FrequencyPenalty = "frequency_penalty",
    Level = "level",
    Links = "links",
    MaxTokens = "max_tokens",
    Model = "model",
    Name = "name",
    Operation = "operation",
    OutputType = "output_type",
    Parent = "parent",
    PresencePenalty = "presence_penalty",
    Prompt = "prompt",
    PromptName = "prompt_name",
    PromptVersion = "prompt_version",
    Provider = "provider",
    ReasoningLevel = "reasoning_level",
    Request = "request",
    Response = "response",
    Retrieval = "retrieval",
    Seed = "seed",
    Server = "server",
    StopSequences = "stop_sequences",
    Stream = "stream",
    System = "system",
    Temperature = "temperature",
    Tool = "tool",
    ToolCallId = "tool_call_id",
    ToolType = "tool_type",
    TopK = "top_k",
    TopP = "top_p",
    User = "user",
    Workflow = "workflow",
}

/// What users of other libraries write, and the key that means it here.
pub(crate) const OTHER_WORDS: &[(&str, Key)] = &[
    ("attributes", Key::Fields),
    ("body", Key::Request),
    ("conversation_id", Key::Conversation),
    ("follows_from", Key::Links),
    ("max_completion_tokens", Key::MaxTokens),
    ("max_output_tokens", Key::MaxTokens),
    ("messages", Key::Prompt),
    ("metadata", Key::Fields),
    ("n", Key::ChoiceCount),
    ("session", Key::Conversation),
    ("session_id", Key::Conversation),
    ("stop", Key::StopSequences),
    ("streaming", Key::Stream),
    ("system_prompt", Key::System),
    ("tags", Key::Fields),
    ("thread", Key::Conversation),
    ("user_id", Key::User),
    ("vendor", Key::Provider),
];

/// What users of other libraries write for what needs no argument here, and what to do.
pub(crate) const NO_WORDS: &[(&str, &str)] = &[
    ("cost", "write `llm_trace::current().record_cost(…)` in the body, or give the model a price"),
    ("err", "an `Err` is recorded by its type; leave it out"),
    ("kind", "the kind of the span follows from the operation; leave it out"),
    ("ret", "tokens are read from what is returned, and its text is not; leave it out"),
    ("skip", "only the parameter `prompt` is looked at, and its text is not kept; leave it out"),
    (
        "skip_all",
        "only the parameter `prompt` is looked at, and its text is not kept; leave it out",
    ),
    ("target", "the target is that of the function's module; leave it out"),
    ("tokens", "tokens are read from what is returned; else write `response = |answer| …`"),
    ("usage", "tokens are read from what is returned; else write `response = |answer| …`"),
];

impl Key {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|key| key.name())
    }

    /// Whether the span is created with the value; the rest is set only if the span is recorded.
    pub(crate) fn identifies(self) -> bool {
        use Key::{AgentName, Model, Parent, Provider, Server, ToolType};
        matches!(self, AgentName | Model | Parent | Provider | Server | ToolType)
    }

    /// Whether the value says where in a trace the span is, and becomes no attribute.
    pub(crate) fn is_context(self) -> bool {
        matches!(self, Self::Links | Self::Parent)
    }

    /// Whether the value is not simply set as an attribute.
    pub(crate) fn is_setting(self) -> bool {
        use Key::{
            Agent, Capture, Crate, ErrorType, Level, Name, Operation, Request, Response, Retrieval,
            Tool, Workflow,
        };
        matches!(
            self,
            Agent
                | Capture
                | Crate
                | ErrorType
                | Level
                | Name
                | Operation
                | Request
                | Response
                | Retrieval
                | Tool
                | Workflow
        )
    }

    /// The only operation for which the argument means something.
    pub(crate) fn only_for(self) -> Option<Operation> {
        match self {
            Self::Dimensions | Self::EncodingFormats => Some(Operation::Embeddings),
            Self::ToolCallId | Self::ToolType => Some(Operation::ExecuteTool),
            _ => None,
        }
    }
}

macro_rules! operations {
    ($($variant:ident = $name:literal, named by $key:ident, as in $example:literal;)*) => {
        /// What a call does: a variant of `llm_trace::Operation`.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Operation {
            $($variant,)*
        }

        impl Operation {
            pub(crate) const ALL: &[Operation] = &[$(Operation::$variant),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Operation::$variant => $name,)*
                }
            }

            pub(crate) const fn variant(self) -> &'static str {
                match self {
                    $(Operation::$variant => stringify!($variant),)*
                }
            }

            /// The argument whose value is the second word of the span name.
            pub(crate) const fn named_by(self) -> Key {
                match self {
                    $(Operation::$variant => Key::$key,)*
                }
            }

            /// A value that the argument could have.
            pub(crate) const fn example(self) -> &'static str {
                match self {
                    $(Operation::$variant => $example,)*
                }
            }
        }
    };
}

operations! {
    Chat = "chat", named by Model, as in "gpt-4o";
    CreateAgent = "create_agent", named by Agent, as in "planner";
    Embeddings = "embeddings", named by Model, as in "text-embedding-3-small";
    ExecuteTool = "execute_tool", named by Tool, as in "add_numbers";
    GenerateContent = "generate_content", named by Model, as in "gemini-2.5-flash";
    InvokeAgent = "invoke_agent", named by Agent, as in "planner";
    InvokeWorkflow = "invoke_workflow", named by Workflow, as in "trip";
    Retrieval = "retrieval", named by Retrieval, as in "handbook";
    TextCompletion = "text_completion", named by Model, as in "gpt-3.5-turbo-instruct";
}

impl Operation {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|operation| operation.name())
    }
}

/// The well-known providers, and the constants of `llm_trace::Provider` that name them.
pub(crate) const PROVIDERS: &[(&str, &str)] = &[
    ("anthropic", "ANTHROPIC"),
    ("aws.bedrock", "AWS_BEDROCK"),
    ("azure.ai.inference", "AZURE_AI_INFERENCE"),
    ("azure.ai.openai", "AZURE_AI_OPENAI"),
    ("cohere", "COHERE"),
    ("deepseek", "DEEPSEEK"),
    ("gcp.gemini", "GCP_GEMINI"),
    ("gcp.gen_ai", "GCP_GEN_AI"),
    ("gcp.vertex_ai", "GCP_VERTEX_AI"),
    ("groq", "GROQ"),
    ("ibm.watsonx.ai", "IBM_WATSONX_AI"),
    ("mistral_ai", "MISTRAL_AI"),
    ("moonshot_ai", "MOONSHOT_AI"),
    ("openai", "OPENAI"),
    ("perplexity", "PERPLEXITY"),
    ("x_ai", "X_AI"),
];

/// What people call a well-known provider, where no typo explains it.
pub(crate) const OTHER_PROVIDER_NAMES: &[(&str, &str)] = &[
    ("aws", "aws.bedrock"),
    ("azure", "azure.ai.openai"),
    ("bedrock", "aws.bedrock"),
    ("claude", "anthropic"),
    ("gemini", "gcp.gemini"),
    ("google", "gcp.gemini"),
    ("grok", "x_ai"),
    ("mistral", "mistral_ai"),
    ("moonshot", "moonshot_ai"),
    ("vertex", "gcp.vertex_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("xai", "x_ai"),
];

/// How much of the content may leave: the names of `llm_trace::Capture`.
pub(crate) const CAPTURES: &[&str] = &["off", "redacted", "full"];

/// The levels of a `tracing` span.
pub(crate) const LEVELS: &[&str] = &["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
