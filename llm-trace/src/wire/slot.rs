//! Owns [`Slot`]: the names of token counts on the wire, by family of providers.

use crate::usage::Detail;

/// A token count, by the name that a family of providers gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    // OpenAI's chat completions and those that imitate them.
    PromptTokens,
    CompletionTokens,
    // OpenAI's responses, Anthropic, Bedrock, Cohere, Rig.
    InputTokens,
    OutputTokens,
    TotalTokens,
    /// Read from a cache, as a part of the input.
    CachedTokens,
    /// Written to a cache, as a part of the input.
    CacheWriteTokens,
    /// Read from a cache, in Anthropic's and Bedrock's words.
    CacheReadInputTokens,
    /// Written to a cache, in Anthropic's, Bedrock's and Rig's words.
    CacheWriteInputTokens,
    /// Read from a cache, in Rig's words.
    CachedInputTokens,
    ReasoningTokens,
    // Gemini.
    PromptTokenCount,
    ToolUsePromptTokenCount,
    CandidatesTokenCount,
    ThoughtsTokenCount,
    TotalTokenCount,
    // Ollama.
    PromptEvalCount,
    EvalCount,
    // Cohere.
    BilledInputTokens,
    BilledOutputTokens,
    // What only the price of a call asks for, under names of many families.
    AudioInputTokens,
    AudioOutputTokens,
    CachedAudioTokens,
    CachedImageTokens,
    ImageInputTokens,
    ImageOutputTokens,
    OneHourCacheWriteTokens,
    WebSearches,
}

impl Slot {
    pub(super) const NUMBER: usize = Self::WebSearches as usize + 1;

    /// The counts that need no interpretation: they mean the same wherever they stand.
    pub(super) const DETAILS: [(Self, Detail); 10] = [
        (Self::AudioInputTokens, Detail::InputAudio),
        (Self::AudioOutputTokens, Detail::OutputAudio),
        (Self::BilledInputTokens, Detail::BilledInput),
        (Self::BilledOutputTokens, Detail::BilledOutput),
        (Self::CachedAudioTokens, Detail::CacheReadAudio),
        (Self::CachedImageTokens, Detail::CacheReadImage),
        (Self::ImageInputTokens, Detail::InputImage),
        (Self::ImageOutputTokens, Detail::OutputImage),
        (Self::OneHourCacheWriteTokens, Detail::CacheWriteOneHour),
        (Self::WebSearches, Detail::WebSearches),
    ];

    /// Finds the count that a field of a usage object is.
    pub(super) fn named(key: &str) -> Option<Self> {
        Some(match key {
            "prompt_tokens" => Self::PromptTokens,
            "completion_tokens" => Self::CompletionTokens,
            "input_tokens" | "inputTokens" => Self::InputTokens,
            "output_tokens" | "outputTokens" => Self::OutputTokens,
            "total_tokens" | "totalTokens" => Self::TotalTokens,
            // Cohere and Moonshot; DeepSeek; Mistral; Ollama; Gemini.
            "cached_tokens"
            | "prompt_cache_hit_tokens"
            | "num_cached_tokens"
            | "prompt_eval_cached_count"
            | "cachedContentTokenCount"
            | "cached_content_token_count" => Self::CachedTokens,
            "cache_read_input_tokens" | "cacheReadInputTokens" => Self::CacheReadInputTokens,
            "cache_creation_input_tokens"
            | "cache_write_input_tokens"
            | "cacheWriteInputTokens" => Self::CacheWriteInputTokens,
            "cached_input_tokens" => Self::CachedInputTokens,
            "reasoning_tokens" => Self::ReasoningTokens,
            "promptTokenCount" | "prompt_token_count" => Self::PromptTokenCount,
            "toolUsePromptTokenCount" | "tool_use_prompt_token_count" => {
                Self::ToolUsePromptTokenCount
            }
            "candidatesTokenCount" | "candidates_token_count" => Self::CandidatesTokenCount,
            "thoughtsTokenCount" | "thoughts_token_count" => Self::ThoughtsTokenCount,
            "totalTokenCount" | "total_token_count" => Self::TotalTokenCount,
            "prompt_eval_count" => Self::PromptEvalCount,
            "eval_count" => Self::EvalCount,
            _ => return None,
        })
    }

    /// Finds the count that a field of the details of the input is.
    pub(super) fn of_input(key: &str) -> Option<Self> {
        match key {
            "cached_tokens" => Some(Self::CachedTokens),
            // OpenAI; genai.
            "cache_write_tokens" | "cache_creation_tokens" => Some(Self::CacheWriteTokens),
            // Anthropic; genai.
            "ephemeral_1h_input_tokens" | "ephemeral_1h_tokens" => {
                Some(Self::OneHourCacheWriteTokens)
            }
            "audio_tokens" => Some(Self::AudioInputTokens),
            "image_tokens" => Some(Self::ImageInputTokens),
            _ => None,
        }
    }

    /// Finds the count that a field of the details of the output is.
    pub(super) fn of_output(key: &str) -> Option<Self> {
        match key {
            // OpenAI; Anthropic.
            "reasoning_tokens" | "thinking_tokens" => Some(Self::ReasoningTokens),
            "audio_tokens" => Some(Self::AudioOutputTokens),
            "image_tokens" => Some(Self::ImageOutputTokens),
            _ => None,
        }
    }

    /// Finds the count that a field of the details of what was read from a cache is.
    pub(super) fn of_cache(key: &str) -> Option<Self> {
        match key {
            "audio_tokens" => Some(Self::CachedAudioTokens),
            "image_tokens" => Some(Self::CachedImageTokens),
            _ => None,
        }
    }

    /// Finds the count of web searches.
    pub(super) fn of_tools(key: &str) -> Option<Self> {
        // Anthropic; OpenAI's responses.
        matches!(key, "web_search_requests" | "num_requests").then_some(Self::WebSearches)
    }

    /// Finds the count that a field of Cohere's billed units is.
    pub(super) fn of_bill(key: &str) -> Option<Self> {
        match key {
            "input_tokens" => Some(Self::BilledInputTokens),
            "output_tokens" => Some(Self::BilledOutputTokens),
            _ => None,
        }
    }
}
