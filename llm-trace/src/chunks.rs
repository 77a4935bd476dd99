//! Owns [`Chunks`]: what a stream has said so far, and when its chunks came.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::content::Heard;
use crate::digest::Tally;
use crate::response::{LlmResponse, Response};
use crate::wire;
use crate::wire::Lines;

/// The times between chunks that are kept of one stream: no answer has as many.
const GAPS: usize = 1 << 16;

/// What a stream has said so far: filled by the expansion's reader.
#[derive(Debug)]
pub struct Chunks {
    pub(crate) pace: Pace,
    pub(crate) response: Response,
    /// What names the outcome, if there was an error among the chunks.
    pub(crate) error_type: Option<Cow<'static, str>>,
    /// What it says, if that is captured.
    pub(crate) error_text: Option<String>,
    lines: Lines,
}

impl Chunks {
    /// Starts on the stream of a call that started at `started`; `is_timed` says that somebody
    /// will hear of every single chunk.
    pub(crate) fn new(
        started: Instant,
        is_hashed: bool,
        is_timed: bool,
        heard: Option<Box<Heard>>,
    ) -> Self {
        let text = Tally::of_stream(is_hashed);
        let response = Response { text, heard, ..Response::default() };
        let pace = Pace::new(started, is_timed);
        Self { pace, response, error_type: None, error_text: None, lines: Lines::default() }
    }

    /// Notes that a chunk has come.
    pub fn arrive(&mut self) {
        self.pace.note();
    }

    /// Reads a chunk by its own [`LlmResponse`].
    pub fn read_own(&mut self, chunk: &(impl LlmResponse + ?Sized)) {
        chunk.read(&mut self.response);
    }

    /// Reads a chunk of raw text.
    pub fn read_raw(&mut self, chunk: &[u8]) {
        self.lines.read(chunk, &mut self.response);
    }

    /// Reads a chunk by what it serialises to.
    pub fn read_serialized(&mut self, chunk: &(impl Serialize + ?Sized)) {
        wire::read_response(chunk, &mut self.response);
    }

    /// Notes an error that came in place of a chunk. The first one names the outcome.
    pub fn fail(&mut self, error_type: Cow<'static, str>, text: Option<String>) {
        if self.error_type.is_none() {
            self.error_type = Some(error_type);
            self.error_text = text;
        }
    }

    /// Reads what the last chunk left open.
    pub(crate) fn end(&mut self) {
        self.lines.finish(&mut self.response);
    }
}

/// When the chunks of a stream came.
#[derive(Debug)]
pub(crate) struct Pace {
    started: Instant,
    pub(crate) chunks: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    is_timed: bool,
    /// The times from one chunk to the next, in microseconds.
    gaps: Vec<u32>,
}

impl Pace {
    fn new(started: Instant, is_timed: bool) -> Self {
        let (chunks, first, last, gaps) = (0, None, None, Vec::new());
        Self { started, chunks, first, last, is_timed, gaps }
    }

    fn note(&mut self) {
        let now = Instant::now();
        self.chunks += 1;
        self.first.get_or_insert(now);
        let last = self.last.replace(now);
        if let Some(last) = last.filter(|_| self.is_timed && self.gaps.len() < GAPS) {
            let gap = now.duration_since(last).as_micros();
            self.gaps.push(u32::try_from(gap).unwrap_or(u32::MAX));
        }
    }

    /// Returns the time from the start of the call to the first chunk.
    pub(crate) fn to_first(&self) -> Option<Duration> {
        self.first.map(|first| first.duration_since(self.started))
    }

    /// Returns the times from one chunk to the next, if somebody wants to hear of them.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = Duration> {
        self.gaps.iter().map(|gap| Duration::from_micros((*gap).into()))
    }

    /// Returns how many of `tokens` came per second, from the first chunk to the last.
    pub(crate) fn per_second(&self, tokens: u64) -> Option<f64> {
        let seconds = self.last?.duration_since(self.first?).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate is approximate")]
        (seconds > 0.0).then(|| tokens as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_two_chunks() {
        let mut pace = Pace::new(Instant::now(), true);
        assert_eq!(pace.per_second(7), None);
        pace.note();
        assert_eq!((pace.per_second(7), pace.gaps().count()), (None, 0));
        pace.last = pace.first.map(|first| first + Duration::from_secs(2));
        assert_eq!(pace.per_second(7), Some(3.5));
    }
}
