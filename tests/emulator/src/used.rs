//! What a body says was used, in the meaning that the conventions give to it.

use serde_json::Value;

use crate::Api;

/// The counts of one answer. Input includes what a cache took part in, output includes reasoning.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Used {
    /// All that went in.
    pub input: u64,
    /// All that came out.
    pub output: u64,
}

impl Used {
    /// Reads the counts of a body.
    ///
    /// OpenAI counts cached tokens with the input and reasoning with the output; Anthropic counts
    /// what is read from and written to a cache apart; Gemini counts thoughts apart.
    pub(crate) fn read(api: Api, usage: &Value) -> Self {
        let sum = |keys: &[&str]| keys.iter().map(|key| usage[key].as_u64().unwrap_or(0)).sum();
        let (input, output): (&[&str], &[&str]) = match api {
            Api::OpenAiChat => (&["prompt_tokens"], &["completion_tokens"]),
            Api::OpenAiResponses => (&["input_tokens"], &["output_tokens"]),
            Api::Anthropic => (
                &["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"],
                &["output_tokens"],
            ),
            Api::Gemini => (&["promptTokenCount"], &["candidatesTokenCount", "thoughtsTokenCount"]),
        };
        Self { input: sum(input), output: sum(output) }
    }
}

impl std::iter::Sum for Used {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, used| Self {
            input: sum.input + used.input,
            output: sum.output + used.output,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_provider_counts_apart_is_added() {
        let anthropic = json!({
            "input_tokens": 3, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 500,
            "output_tokens": 7,
        });
        let gemini = json!({
            "promptTokenCount": 9, "cachedContentTokenCount": 4,
            "candidatesTokenCount": 10, "thoughtsTokenCount": 200,
        });
        let openai = json!({
            "prompt_tokens": 20, "prompt_tokens_details": { "cached_tokens": 16 },
            "completion_tokens": 5, "completion_tokens_details": { "reasoning_tokens": 2 },
        });

        assert_eq!(Used::read(Api::Anthropic, &anthropic), Used { input: 543, output: 7 });
        assert_eq!(Used::read(Api::Gemini, &gemini), Used { input: 9, output: 210 });
        assert_eq!(Used::read(Api::OpenAiChat, &openai), Used { input: 20, output: 5 });
    }
}
