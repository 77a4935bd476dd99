//! Owns [`Provider`]: the values of `gen_ai.provider.name`.

use std::borrow::Cow;
use std::fmt;

/// Who answers a call: a value of `gen_ai.provider.name`.
///
/// The well-known values are constants; [`Provider::custom`] names any other. A proxy or a gateway
/// does not change the provider behind it.
///
/// ```
/// use llm_trace::Provider;
///
/// assert_eq!(Provider::OPENAI.as_str(), "openai");
/// assert_eq!(Provider::from("mistral_ai"), Provider::MISTRAL_AI);
/// assert_eq!(Provider::custom("acme").as_str(), "acme");
/// ```
///
/// Governed by the GenAI semantic conventions, *GenAI attributes*.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Provider(Cow<'static, str>);

macro_rules! providers {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        impl Provider {
            $($(#[$doc])* pub const $constant: Provider = Provider::custom($name);)*

            /// Every well-known provider, in alphabetical order.
            pub const ALL: &[Provider] = &[$(Provider::$constant),*];
        }
    };
}

providers! {
    /// Anthropic.
    ANTHROPIC = "anthropic";
    /// AWS Bedrock.
    AWS_BEDROCK = "aws.bedrock";
    /// Azure AI Inference.
    AZURE_AI_INFERENCE = "azure.ai.inference";
    /// Azure OpenAI.
    AZURE_AI_OPENAI = "azure.ai.openai";
    /// Cohere.
    COHERE = "cohere";
    /// DeepSeek.
    DEEPSEEK = "deepseek";
    /// Gemini on `generativelanguage.googleapis.com`.
    GCP_GEMINI = "gcp.gemini";
    /// A Google endpoint that is not known more exactly.
    GCP_GEN_AI = "gcp.gen_ai";
    /// Vertex AI on `aiplatform.googleapis.com`.
    GCP_VERTEX_AI = "gcp.vertex_ai";
    /// Groq.
    GROQ = "groq";
    /// IBM watsonx.ai.
    IBM_WATSONX_AI = "ibm.watsonx.ai";
    /// Mistral AI.
    MISTRAL_AI = "mistral_ai";
    /// Moonshot AI.
    MOONSHOT_AI = "moonshot_ai";
    /// OpenAI.
    OPENAI = "openai";
    /// Perplexity.
    PERPLEXITY = "perplexity";
    /// xAI.
    X_AI = "x_ai";
}

impl Provider {
    /// Names a provider that the conventions do not list, such as `ollama`.
    #[must_use]
    pub const fn custom(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Returns the value of `gen_ai.provider.name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&Provider> for Provider {
    fn from(provider: &Provider) -> Self {
        provider.clone()
    }
}

/// A well-known name borrows its constant; any other is copied.
impl From<&str> for Provider {
    fn from(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|known| known.0 == name)
            .cloned()
            .unwrap_or_else(|| Self(Cow::Owned(name.to_owned())))
    }
}

impl From<String> for Provider {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl From<&String> for Provider {
    fn from(name: &String) -> Self {
        Self::from(name.as_str())
    }
}
