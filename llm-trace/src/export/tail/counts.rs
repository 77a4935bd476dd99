//! Owns [`Counts`]: what the tail rule decided, how often and why.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use crate::semconv;

/// What became of a trace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    /// Kept for an error, or a cancelled call.
    Error,
    /// Kept for the time it took.
    Slow,
    /// Kept for what it cost.
    Expensive,
    /// Kept as part of the share.
    Ratio,
    /// Dropped: nothing to keep it for.
    Dropped,
    /// Dropped before its end, because there was no more room to hold it back.
    Evicted,
}

impl Decision {
    pub(crate) const ALL: [Self; 6] =
        [Self::Error, Self::Slow, Self::Expensive, Self::Ratio, Self::Dropped, Self::Evicted];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Slow => "slow",
            Self::Expensive => "expensive",
            Self::Ratio => "ratio",
            Self::Dropped => "dropped",
            Self::Evicted => "evicted",
        }
    }

    pub(super) const fn is_kept(self) -> bool {
        !matches!(self, Self::Dropped | Self::Evicted)
    }
}

/// How many traces were decided how, and how many spans were dropped with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    traces: [AtomicU64; Decision::ALL.len()],
    dropped_spans: AtomicU64,
}

impl Counts {
    pub(crate) fn traces(&self, decision: Decision) -> u64 {
        self.0.traces[decision as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn dropped_spans(&self) -> u64 {
        self.0.dropped_spans.load(Ordering::Relaxed)
    }

    /// Exports the counts as metrics.
    pub(crate) fn observe(&self, meter: &Meter) {
        let counts = self.clone();
        meter
            .u64_observable_counter(semconv::SAMPLING_TRACES)
            .with_unit("{trace}")
            .with_description("Traces that the tail rule decided.")
            .with_callback(move |observer| {
                for decision in Decision::ALL {
                    let decided = KeyValue::new(semconv::SAMPLING_DECISION, decision.as_str());
                    observer.observe(counts.traces(decision), &[decided]);
                }
            })
            .build();
        let counts = self.clone();
        meter
            .u64_observable_counter(semconv::SAMPLING_DROPPED_SPANS)
            .with_unit("{span}")
            .with_description("Spans that the tail rule dropped.")
            .with_callback(move |observer| observer.observe(counts.dropped_spans(), &[]))
            .build();
    }

    pub(super) fn in_share(&self) {
        self.decided(Decision::Ratio);
    }

    pub(super) fn decided(&self, decision: Decision) {
        self.0.traces[decision as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self, spans: usize) {
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        self.0.dropped_spans.fetch_add(spans, Ordering::Relaxed);
    }
}
