//! Owns [`Usage`]: token counts in the meaning of the conventions, whatever a provider means.

use std::fmt;

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
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct Usage {
    /// First those of [`Count`], then those of [`Detail`]; 0 where nothing is known. Not `Option`s:
    /// most are unknown, and every call moves and compares them.
    counts: [u64; COUNTS + Detail::ALL.len()],
    /// One bit for each that is known.
    known: u16,
    /// Whether the input still has to be increased by cache counts that are set later.
    exclusive: bool,
}

/// How many counts the conventions have a key for.
const COUNTS: usize = Count::Reasoning as usize + 1;

const _: () = assert!(Detail::WebSearches as usize + 1 == Detail::ALL.len());

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
    const ALL: [Self; 10] = [
        Self::CacheWriteOneHour,
        Self::InputAudio,
        Self::InputImage,
        Self::CacheReadAudio,
        Self::CacheReadImage,
        Self::OutputAudio,
        Self::OutputImage,
        Self::BilledInput,
        Self::BilledOutput,
        Self::WebSearches,
    ];

    const fn index(self) -> usize {
        COUNTS + self as usize
    }
}

impl Usage {
    /// Counts of a provider whose input already includes cached tokens, as OpenAI's and Gemini's do.
    #[must_use]
    pub fn cache_inclusive(input: impl Into<Option<u64>>, output: impl Into<Option<u64>>) -> Self {
        let mut usage = Self::default();
        usage.put(Count::Input as usize, input.into());
        usage.put(Count::Output as usize, output.into());
        usage
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
        self.put(Count::CacheRead as usize, tokens.into());
        self
    }

    /// Adds the number of input tokens that were written to a cache.
    #[must_use]
    pub fn with_cache_write(mut self, tokens: impl Into<Option<u64>>) -> Self {
        self.put(Count::CacheWrite as usize, tokens.into());
        self
    }

    /// Adds the number of output tokens that were spent on reasoning; the output includes them.
    #[must_use]
    pub fn with_reasoning(mut self, tokens: impl Into<Option<u64>>) -> Self {
        self.put(Count::Reasoning as usize, tokens.into());
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
        self.put(detail.index(), count.into());
        self
    }

    /// Returns the input tokens, cache reads and writes included.
    #[must_use]
    pub fn input(&self) -> Option<u64> {
        let [read, write] =
            [Count::CacheRead, Count::CacheWrite].map(|it| self.counts[it as usize]);
        let cached = if self.exclusive { read.saturating_add(write) } else { 0 };
        self.get(Count::Input as usize).map(|input| input.saturating_add(cached))
    }

    /// Returns the output tokens, reasoning included.
    #[must_use]
    pub fn output(&self) -> Option<u64> {
        self.get(Count::Output as usize)
    }

    /// Returns the input tokens that were read from a cache.
    #[must_use]
    pub fn cache_read(&self) -> Option<u64> {
        self.get(Count::CacheRead as usize)
    }

    /// Returns the input tokens that were written to a cache.
    #[must_use]
    pub fn cache_write(&self) -> Option<u64> {
        self.get(Count::CacheWrite as usize)
    }

    /// Returns the output tokens that were spent on reasoning.
    #[must_use]
    pub fn reasoning(&self) -> Option<u64> {
        self.get(Count::Reasoning as usize)
    }

    /// Returns a count that the price of the call depends on.
    #[must_use]
    pub fn detail(&self, detail: Detail) -> Option<u64> {
        self.get(detail.index())
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
        let input = sum(self.input(), other.input());
        for index in other.indexes() {
            self.put(index, sum(self.get(index), other.get(index)));
        }
        self.put(Count::Input as usize, input);
        self.exclusive = false;
    }

    /// Returns whether no count is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known == 0
    }

    /// Replaces one count.
    pub(crate) fn set(&mut self, count: Count, tokens: u64) {
        if count == Count::Input {
            self.exclusive = false;
        }
        self.put(count as usize, Some(tokens));
    }

    /// Replaces every count that `newer` knows, as the chunks of a stream ask for.
    pub fn update(&mut self, newer: Usage) {
        if newer.get(Count::Input as usize).is_some() {
            self.exclusive = newer.exclusive;
        }
        for index in newer.indexes() {
            self.put(index, newer.get(index));
        }
    }

    fn get(&self, index: usize) -> Option<u64> {
        (self.known >> index & 1 == 1).then_some(self.counts[index])
    }

    fn put(&mut self, index: usize, count: Option<u64>) {
        self.counts[index] = count.unwrap_or(0);
        self.known = self.known & !(1 << index) | u16::from(count.is_some()) << index;
    }

    /// Returns where the known counts are.
    fn indexes(&self) -> impl Iterator<Item = usize> + use<> {
        let mut left = self.known;
        std::iter::from_fn(move || {
            let index = left.trailing_zeros() as usize;
            // The lowest bit of those that are left.
            left &= left.checked_sub(1)?;
            Some(index)
        })
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = Detail::ALL.iter().filter_map(|it| Some((it, self.detail(*it)?)));
        f.debug_struct("Usage")
            .field("input", &self.input())
            .field("output", &self.output())
            .field("cache_read", &self.cache_read())
            .field("cache_write", &self.cache_write())
            .field("reasoning", &self.reasoning())
            .field("details", &details.collect::<Vec<_>>())
            .finish()
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
