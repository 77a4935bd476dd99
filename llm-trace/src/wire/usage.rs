//! Owns [`Counts`]: what each family of providers means by its token counts.

use crate::usage::Usage;
use crate::wire::slot::Slot;

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
        let usage = self
            .gemini()
            .or_else(|| self.chat())
            .or_else(|| self.ollama())
            .or_else(|| self.rig())
            .or_else(|| self.responses())
            .or_else(|| self.bill())
            .unwrap_or_else(|| self.messages());
        Slot::DETAILS
            .into_iter()
            .fold(usage, |usage, (slot, detail)| usage.with_detail(detail, self.get(slot)))
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
