//! Owns [`Usage`]: token counts in the meaning of the conventions, whatever a provider means.

/// The tokens of one call.
///
/// Input includes cache reads and writes, output includes reasoning: the meaning of
/// `gen_ai.usage.*`. Providers differ, so the constructors make the caller say which convention the
/// numbers come in. A count that is not known is `None`, never 0.
///
/// ```
/// use llm_trace::Usage;
///
/// // OpenAI: `prompt_tokens` already contains the cached ones.
/// let openai = Usage::cache_inclusive(4020, 4).with_cache_read(4012);
/// // Anthropic: `input_tokens` does not.
/// let anthropic = Usage::cache_exclusive(3, 1944).with_cache_read(9511);
///
/// assert_eq!(openai.input(), Some(4020));
/// assert_eq!(anthropic.input(), Some(9514));
/// ```
///
/// Governed by the GenAI semantic conventions, *Inference*: `gen_ai.usage.*`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    input: Option<u64>,
    output: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    reasoning: Option<u64>,
    details: [Option<u64>; Detail::NUMBER],
    /// Whether `input` still has to be increased by cache counts that are set later.
    exclusive: bool,
}

/// A count that only the price of a call asks for: no attribute carries it. It is a part of another
/// count, searches aside. [`Usage::with_detail`] adds one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// Those of the cache writes that live an hour, as Anthropic bills them apart.
    CacheWriteOneHour,
    /// Input tokens of audio, cached ones included.
    InputAudio,
    /// Input tokens of images, cached ones included.
    InputImage,
    /// Those of the cache reads that are audio.
    CacheReadAudio,
    /// Those of the cache reads that are images.
    CacheReadImage,
    /// Output tokens of audio.
    OutputAudio,
    /// Output tokens of images.
    OutputImage,
    /// Input tokens that are billed, where they are other than those counted, as Cohere's are.
    BilledInput,
    /// Output tokens that are billed, where they are other than those counted.
    BilledOutput,
    /// Searches of the web that the provider made for the call; not tokens.
    WebSearches,
}

/// A count that the conventions have a key for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Count {
    Input,
    Output,
    CacheRead,
    CacheWrite,
    Reasoning,
}

impl Detail {
    const NUMBER: usize = Self::WebSearches as usize + 1;
}

impl Usage {
    /// Counts of a provider whose input already includes cached tokens, as OpenAI's and Gemini's do.
    #[must_use]
    pub fn cache_inclusive(input: impl Into<Option<u64>>, output: impl Into<Option<u64>>) -> Self {
        Self { input: input.into(), output: output.into(), ..Self::default() }
    }

    /// Counts of a provider whose input leaves cached tokens out, as Anthropic's and Bedrock's do.
    ///
    /// Cache counts added with [`with_cache_read`](Self::with_cache_read) and
    /// [`with_cache_write`](Self::with_cache_write) increase the input.
    #[must_use]
    pub fn cache_exclusive(input: impl Into<Option<u64>>, output: impl Into<Option<u64>>) -> Self {
        Self { exclusive: true, ..Self::cache_inclusive(input, output) }
    }

    /// Adds the number of input tokens that were read from a cache.
    #[must_use]
    pub fn with_cache_read(mut self, tokens: impl Into<Option<u64>>) -> Self {
        self.cache_read = tokens.into();
        self
    }

    /// Adds the number of input tokens that were written to a cache.
    #[must_use]
    pub fn with_cache_write(mut self, tokens: impl Into<Option<u64>>) -> Self {
        self.cache_write = tokens.into();
        self
    }

    /// Adds the number of output tokens that were spent on reasoning; the output includes them.
    #[must_use]
    pub fn with_reasoning(mut self, tokens: impl Into<Option<u64>>) -> Self {
        self.reasoning = tokens.into();
        self
    }

    /// Adds a count that the price of the call depends on.
    ///
    /// ```
    /// use llm_trace::{Detail, Usage};
    ///
    /// let usage = Usage::cache_exclusive(3, 500)
    ///     .with_cache_write(2000)
    ///     .with_detail(Detail::CacheWriteOneHour, 1500);
    /// assert_eq!(usage.detail(Detail::CacheWriteOneHour), Some(1500));
    /// ```
    #[must_use]
    pub fn with_detail(mut self, detail: Detail, count: impl Into<Option<u64>>) -> Self {
        self.details[detail as usize] = count.into();
        self
    }

    /// Returns the input tokens, cache reads and writes included.
    #[must_use]
    pub fn input(&self) -> Option<u64> {
        let cached = if self.exclusive {
            self.cache_read.unwrap_or(0).saturating_add(self.cache_write.unwrap_or(0))
        } else {
            0
        };
        self.input.map(|input| input.saturating_add(cached))
    }

    /// Returns the output tokens, reasoning included.
    #[must_use]
    pub fn output(&self) -> Option<u64> {
        self.output
    }

    /// Returns the input tokens that were read from a cache.
    #[must_use]
    pub fn cache_read(&self) -> Option<u64> {
        self.cache_read
    }

    /// Returns the input tokens that were written to a cache.
    #[must_use]
    pub fn cache_write(&self) -> Option<u64> {
        self.cache_write
    }

    /// Returns the output tokens that were spent on reasoning.
    #[must_use]
    pub fn reasoning(&self) -> Option<u64> {
        self.reasoning
    }

    /// Returns a count that the price of the call depends on.
    #[must_use]
    pub fn detail(&self, detail: Detail) -> Option<u64> {
        self.details[detail as usize]
    }

    /// Returns the usage that is billed, where the provider says that it is another one.
    pub(crate) fn billed(&self) -> Self {
        let [input, output] = [Detail::BilledInput, Detail::BilledOutput].map(|it| self.detail(it));
        match input.or(output) {
            Some(_) => Self::cache_inclusive(input, output),
            None => *self,
        }
    }

    /// Adds the counts of another answer to the same call.
    pub(crate) fn add(&mut self, other: Self) {
        self.input = sum(self.input(), other.input());
        self.exclusive = false;
        self.output = sum(self.output, other.output);
        self.cache_read = sum(self.cache_read, other.cache_read);
        self.cache_write = sum(self.cache_write, other.cache_write);
        self.reasoning = sum(self.reasoning, other.reasoning);
        for (known, other) in self.details.iter_mut().zip(other.details) {
            *known = sum(*known, other);
        }
    }

    /// Returns whether no count is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { exclusive: self.exclusive, ..Self::default() }
    }

    /// Replaces one count.
    pub(crate) fn set(&mut self, count: Count, tokens: u64) {
        let place = match count {
            Count::Input => {
                self.exclusive = false;
                &mut self.input
            }
            Count::Output => &mut self.output,
            Count::CacheRead => &mut self.cache_read,
            Count::CacheWrite => &mut self.cache_write,
            Count::Reasoning => &mut self.reasoning,
        };
        *place = Some(tokens);
    }

    /// Replaces every count that `newer` knows, as the chunks of a stream ask for.
    pub fn update(&mut self, newer: Usage) {
        self.exclusive = if newer.input.is_some() { newer.exclusive } else { self.exclusive };
        self.input = newer.input.or(self.input);
        self.output = newer.output.or(self.output);
        self.cache_read = newer.cache_read.or(self.cache_read);
        self.cache_write = newer.cache_write.or(self.cache_write);
        self.reasoning = newer.reasoning.or(self.reasoning);
        for (known, newer) in self.details.iter_mut().zip(newer.details) {
            *known = newer.or(*known);
        }
    }
}

/// Adds what is known.
fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_replaces_per_field_and_keeps_the_cache_convention() {
        let mut usage = Usage::cache_exclusive(3, 1).with_cache_read(10);
        usage.update(Usage::cache_exclusive(None, 40));

        assert_eq!((usage.input(), usage.output()), (Some(13), Some(40)));
    }

    #[test]
    fn absent_is_not_zero() {
        let usage = Usage::cache_exclusive(None, None).with_cache_read(7);

        assert_eq!(usage.input(), None);
        assert!(!usage.is_empty());
        assert!(Usage::cache_exclusive(None, None).is_empty());
    }
}
