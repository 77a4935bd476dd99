//! Owns the names of token counts on the wire, and what each family of providers means by them.

use crate::usage::Usage;

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
}

impl Slot {
    const NUMBER: usize = Self::BilledOutputTokens as usize + 1;

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
            _ => None,
        }
    }

    /// Finds the count that a field of the details of the output is.
    pub(super) fn of_output(key: &str) -> Option<Self> {
        // OpenAI; Anthropic.
        matches!(key, "reasoning_tokens" | "thinking_tokens").then_some(Self::ReasoningTokens)
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

/// The token counts that were met in one answer.
#[derive(Debug, Default)]
pub(super) struct Counts([Option<u64>; Slot::NUMBER]);

impl Counts {
    pub(super) fn set(&mut self, slot: Slot, tokens: u64) {
        self.0[slot as usize] = Some(tokens);
    }

    /// Brings the counts to the meaning of the conventions.
    ///
    /// The first family that owns one of the names decides; the last one owns none but the plain
    /// `input_tokens` and `output_tokens`.
    pub(super) fn usage(&self) -> Usage {
        self.gemini()
            .or_else(|| self.chat())
            .or_else(|| self.ollama())
            .or_else(|| self.rig())
            .or_else(|| self.responses())
            .or_else(|| self.bill())
            .unwrap_or_else(|| self.messages())
    }

    /// Thoughts stand beside the candidates, and tokens of tool use beside the prompt.
    fn gemini(&self) -> Option<Usage> {
        let prompt = self.get(Slot::PromptTokenCount);
        let thoughts = self.get(Slot::ThoughtsTokenCount);
        let output = sum(self.get(Slot::CandidatesTokenCount), thoughts);
        prompt.or(output)?;
        // Some client types leave tool use out; the total still has it.
        let tool_use = self.get(Slot::ToolUsePromptTokenCount).or_else(|| {
            let known = prompt?.saturating_add(output?);
            self.get(Slot::TotalTokenCount)?.checked_sub(known)
        });
        let input = prompt.map(|prompt| prompt.saturating_add(tool_use.unwrap_or(0)));
        let usage = Usage::cache_inclusive(input, output);
        Some(usage.with_cache_read(self.get(Slot::CachedTokens)).with_reasoning(thoughts))
    }

    /// OpenAI's chat completions and those that imitate them.
    ///
    /// The total tells of tokens that neither side has: reasoning that is left out of the output,
    /// as xAI does, or cached tokens that a client library left out of the input.
    fn chat(&self) -> Option<Usage> {
        let input = self.get(Slot::PromptTokens);
        let output = self.get(Slot::CompletionTokens);
        input.or(output)?;
        let read = self.get(Slot::CachedTokens).or(self.get(Slot::CacheReadInputTokens));
        let write = self.get(Slot::CacheWriteTokens).or(self.get(Slot::CacheWriteInputTokens));
        let reasoning = self.get(Slot::ReasoningTokens);
        let gap = self.gap(input, output);
        let usage = if gap > 0 && Some(gap) == sum(read, write) && Some(gap) != reasoning {
            Usage::cache_exclusive(input, output)
        } else {
            Usage::cache_inclusive(input, output.map(|output| output.saturating_add(gap)))
        };
        Some(usage.with_cache_read(read).with_cache_write(write).with_reasoning(reasoning))
    }

    fn ollama(&self) -> Option<Usage> {
        let input = self.get(Slot::PromptEvalCount);
        let output = self.get(Slot::EvalCount);
        input.or(output)?;
        let usage = Usage::cache_inclusive(input, output);
        Some(usage.with_cache_read(self.get(Slot::CachedTokens)))
    }

    /// Up to Rig 0.42 a 0 may mean that nothing was reported, and the input leaves cached tokens
    /// out where the provider's own does; since 0.43 neither is so. What is sure is taken: cached
    /// tokens are outside if the total has them on top, or if there are more of them than of input.
    fn rig(&self) -> Option<Usage> {
        self.get(Slot::CachedInputTokens)?;
        let reported = |slot| self.get(slot).filter(|tokens| *tokens > 0);
        let mut input = self.get(Slot::InputTokens);
        let mut output = self.get(Slot::OutputTokens);
        if sum(input, output) == Some(0) {
            (input, output) = (None, None);
        }
        let read = reported(Slot::CachedInputTokens);
        let write = reported(Slot::CacheWriteInputTokens);
        let cached = sum(read, write);
        let usage = if cached > input || cached == Some(self.gap(input, output)) {
            Usage::cache_exclusive(input, output)
        } else {
            Usage::cache_inclusive(input, output)
        };
        let usage = usage.with_cache_read(read).with_cache_write(write);
        Some(usage.with_reasoning(reported(Slot::ReasoningTokens)))
    }

    /// OpenAI's responses and Cohere: cached tokens are named as a part of the input.
    fn responses(&self) -> Option<Usage> {
        let read = self.get(Slot::CachedTokens);
        let write = self.get(Slot::CacheWriteTokens);
        read.or(write)?;
        let usage =
            Usage::cache_inclusive(self.get(Slot::InputTokens), self.get(Slot::OutputTokens));
        let usage = usage.with_cache_read(read).with_cache_write(write);
        Some(usage.with_reasoning(self.get(Slot::ReasoningTokens)))
    }

    /// Cohere's embeddings report nothing but what is billed.
    fn bill(&self) -> Option<Usage> {
        if self.get(Slot::InputTokens).is_some() {
            return None;
        }
        let input = self.get(Slot::BilledInputTokens)?;
        Some(Usage::cache_inclusive(input, self.get(Slot::BilledOutputTokens)))
    }

    /// Anthropic's messages and Bedrock: cached tokens are named beside the input.
    ///
    /// A body that names none is read so too, for it may be an event of a stream that adds to the
    /// cache counts of an earlier one.
    fn messages(&self) -> Usage {
        Usage::cache_exclusive(self.get(Slot::InputTokens), self.get(Slot::OutputTokens))
            .with_cache_read(self.get(Slot::CacheReadInputTokens))
            .with_cache_write(self.get(Slot::CacheWriteInputTokens))
            .with_reasoning(self.get(Slot::ReasoningTokens))
    }

    fn get(&self, slot: Slot) -> Option<u64> {
        self.0[slot as usize]
    }

    /// The tokens of the total that neither input nor output has.
    fn gap(&self, input: Option<u64>, output: Option<u64>) -> u64 {
        let known = input.zip(output).map(|(input, output)| input.saturating_add(output));
        let total = self.get(Slot::TotalTokens);
        total.zip(known).map_or(0, |(total, known)| total.saturating_sub(known))
    }
}

/// Adds counts of which at least one has to be known.
fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.or(other)?;
    Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0)))
}
