//! Owns the tail rule: which traces are kept once they have ended.
//!
//! `sampler` takes the share where a trace starts, and marks the rest; only what is marked passes
//! here. `buffer` holds it back, `reading` is what one span says, `counts` what was decided.

mod buffer;
mod counts;
mod reading;
mod sampler;
mod settings;
#[cfg(test)]
mod tests;

use std::iter;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use opentelemetry::trace::SpanContext;
use opentelemetry_sdk::trace::{ShouldSample, SpanData};

use self::buffer::{Buffer, Decided};
use self::sampler::{Marking, is_marked};
use super::notice;

pub(crate) use self::counts::{Counts, Decision};
pub use self::settings::TailSampling;

/// How many traces whose time is over are decided with one span.
const AT_ONCE: usize = 16;

const ADVICE: &str = "the tail rule had no room for them, see LLM_TRACE_TAIL_MAX_BYTES";

/// The stage that holds spans back until their trace is decided.
#[derive(Debug)]
pub(crate) struct Tail {
    rule: TailSampling,
    buffer: Mutex<Buffer>,
    counts: Counts,
}

impl Tail {
    pub(crate) fn new(rule: TailSampling) -> Self {
        Self { rule, buffer: Mutex::new(Buffer::new(rule)), counts: Counts::default() }
    }

    /// Returns the sampler that marks what is to be judged here, after what `inner` samples.
    pub(crate) fn sampler<S: ShouldSample + Clone + 'static>(&self, inner: S) -> Marking<S> {
        Marking::new(inner, self.rule.ratio, self.counts.clone())
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts.clone()
    }

    /// Notes that a span is open; the trace that makes room for it may be one to keep.
    pub(crate) fn start(&self, context: &SpanContext, hand_on: impl FnMut(SpanData)) {
        if is_judged(context) {
            self.change(hand_on, |buffer, now| {
                buffer.start(context.trace_id(), now);
                None
            });
        }
    }

    /// Takes a span that ended; what is kept by now is given to `hand_on`.
    pub(crate) fn end(&self, span: SpanData, mut hand_on: impl FnMut(SpanData)) {
        if is_judged(&span.span_context) {
            self.change(hand_on, |buffer, _| buffer.end(span));
        } else {
            hand_on(span);
        }
    }

    /// Changes the buffer, and settles what that decides, without a lock on it.
    fn change(
        &self,
        mut hand_on: impl FnMut(SpanData),
        change: impl FnOnce(&mut Buffer, Instant) -> Option<Decided>,
    ) {
        let now = Instant::now();
        let mut over = Vec::new();
        let decided = {
            let mut buffer = self.lock();
            let decided = change(&mut buffer, now);
            over.extend(iter::from_fn(|| buffer.excess(now)));
            over.extend(iter::from_fn(|| buffer.expired(now)).take(AT_ONCE));
            decided
        };
        for decided in decided.into_iter().chain(over) {
            self.settle(decided, &mut hand_on);
        }
    }

    /// Decides the traces whose time is over. Others stay: what is flushed was complete.
    pub(crate) fn flush(&self, hand_on: impl FnMut(SpanData)) {
        self.sweep(Buffer::expired, hand_on);
    }

    /// Decides every trace by what is known of it, and says what there was no room for.
    pub(crate) fn shutdown(&self, hand_on: impl FnMut(SpanData)) {
        self.sweep(Buffer::last, hand_on);
        let evicted = self.counts.traces(Decision::Evicted);
        if evicted > 0 {
            notice::warn(format_args!("{evicted} traces were dropped before their end: {ADVICE}"));
        }
    }

    fn sweep(
        &self,
        next: impl Fn(&mut Buffer, Instant) -> Option<Decided>,
        mut hand_on: impl FnMut(SpanData),
    ) {
        let now = Instant::now();
        // One at a time, so that the program is not kept waiting.
        while let Some(decided) = { next(&mut self.lock(), now) } {
            self.settle(decided, &mut hand_on);
        }
    }

    fn settle(&self, decided: Decided, hand_on: impl FnMut(SpanData)) {
        let Decided { is_kept, decision, spans } = decided;
        if let Some(decision) = decision {
            self.counts.decided(decision);
            if decision == Decision::Evicted && self.counts.traces(decision) == 1 {
                notice::warn(format_args!("a trace was dropped before its end: {ADVICE}"));
            }
        }
        if is_kept {
            spans.into_iter().for_each(hand_on);
        } else {
            self.counts.dropped(spans.len());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_judged(context: &SpanContext) -> bool {
    context.is_sampled() && is_marked(context.trace_state())
}
