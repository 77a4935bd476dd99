//! Owns [`Operation`]: the values of `gen_ai.operation.name` and what follows from each.

use crate::semconv;

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What a call does: the well-known values of `gen_ai.operation.name`.
        ///
        /// ```
        /// use llm_trace::Operation;
        ///
        /// assert_eq!(Operation::InvokeAgent.as_str(), "invoke_agent");
        /// assert!(Operation::Chat.is_client() && !Operation::ExecuteTool.is_client());
        /// ```
        ///
        /// Governed by the GenAI semantic conventions, *GenAI attributes*.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum Operation {
            $($(#[$doc])* $variant,)*
        }

        impl Operation {
            /// Every operation, in alphabetical order.
            pub const ALL: &[Operation] = &[$(Operation::$variant),*];

            /// Returns the value of `gen_ai.operation.name`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Operation::$variant => $name,)*
                }
            }
        }
    };
}

operations! {
    /// A chat completion.
    Chat = "chat";
    /// Creates a remote agent.
    CreateAgent = "create_agent";
    /// Turns text into vectors.
    Embeddings = "embeddings";
    /// Runs a tool in this process.
    ExecuteTool = "execute_tool";
    /// Multimodal generation, the word of Gemini.
    GenerateContent = "generate_content";
    /// Runs an agent.
    InvokeAgent = "invoke_agent";
    /// Runs a workflow of several agents or calls.
    InvokeWorkflow = "invoke_workflow";
    /// Looks documents up.
    Retrieval = "retrieval";
    /// A legacy text completion.
    TextCompletion = "text_completion";
}

impl Operation {
    /// Returns whether the call leaves the process, as far as the operation alone tells.
    ///
    /// An agent with a provider is remote and leaves it too.
    #[must_use]
    pub const fn is_client(self) -> bool {
        !matches!(self, Self::ExecuteTool | Self::InvokeAgent | Self::InvokeWorkflow)
    }

    /// Returns whether a model is called, which is what costs.
    pub(crate) const fn is_model_call(self) -> bool {
        matches!(self, Self::Chat | Self::Embeddings | Self::GenerateContent | Self::TextCompletion)
    }

    /// Returns whether an agent counts it: as an inference, or as a tool that it ran.
    pub(crate) const fn is_step(self) -> bool {
        matches!(
            self,
            Self::Chat | Self::ExecuteTool | Self::GenerateContent | Self::TextCompletion
        )
    }

    /// Returns the attribute that carries the second word of the span name.
    pub(crate) const fn name_attribute(self) -> &'static str {
        match self {
            Self::CreateAgent | Self::InvokeAgent => semconv::AGENT_NAME,
            Self::ExecuteTool => semconv::TOOL_NAME,
            Self::InvokeWorkflow => semconv::WORKFLOW_NAME,
            Self::Retrieval => semconv::DATA_SOURCE_ID,
            Self::Chat | Self::Embeddings | Self::GenerateContent | Self::TextCompletion => {
                semconv::REQUEST_MODEL
            }
        }
    }
}
