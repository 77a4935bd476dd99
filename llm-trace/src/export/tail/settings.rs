//! Owns [`TailSampling`]: what the tail rule keeps, and how much it may hold.

use std::time::Duration;

/// Which traces are kept once they have ended: those with an error or a cancelled call, slow and
/// expensive ones, and a share of the rest.
///
/// The share is taken by trace id, as `traceidratio` does, where the trace starts; a trace outside
/// of it is marked in its `tracestate`, so that every service with a tail rule makes the same
/// choice. Such a trace is held back here until its last span has ended, and sent whole as soon as
/// one of its spans gives a reason. A trace that another service has started and sampled, without
/// that mark, is kept, and one that it has not sampled is not recorded by the samplers that are
/// `parentbased`. Metrics count every call, kept or not; the console draws every trace.
///
/// What is held back is bounded. Past a bound the oldest traces are decided by what is known of
/// them: too slow already, or dropped, which is counted and said. Each service decides by what it
/// sees; an error that never leaves one service is not known to the others.
///
/// | method | variable | default |
/// |---|---|---|
/// | [`ratio`](Self::ratio) | `LLM_TRACE_TAIL_RATIO` | the rule is off |
/// | [`with_slow`](Self::with_slow) | `LLM_TRACE_TAIL_SLOW`, in milliseconds | 10 seconds |
/// | [`with_expensive`](Self::with_expensive) | `LLM_TRACE_TAIL_COST`, in US dollars | 1 dollar |
/// | [`with_max_traces`](Self::with_max_traces) | `LLM_TRACE_TAIL_MAX_TRACES` | 10,000 |
/// | [`with_max_spans`](Self::with_max_spans) | `LLM_TRACE_TAIL_MAX_SPANS` | 50,000 |
/// | [`with_max_bytes`](Self::with_max_bytes) | `LLM_TRACE_TAIL_MAX_BYTES` | 64 MiB |
/// | [`with_max_age`](Self::with_max_age) | `LLM_TRACE_TAIL_MAX_AGE`, in milliseconds | 5 minutes |
///
/// ```
/// use std::time::Duration;
///
/// use llm_trace::{Builder, TailSampling};
///
/// let rule = TailSampling::ratio(0.01).with_slow(Duration::from_secs(5)).with_expensive(0.1);
/// let parts = Builder::new().with_tail_sampling(rule).build()?;
/// parts.guard.shutdown().unwrap();
///
/// let no_share = Builder::new().with_tail_sampling(TailSampling::ratio(1.5)).build();
/// assert!(no_share.unwrap_err().to_string().contains("a ratio between 0 and 1"));
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "give it to `Builder::with_tail_sampling`"]
pub struct TailSampling {
    pub(crate) ratio: f64,
    pub(crate) slow: Duration,
    pub(crate) expensive: f64,
    pub(crate) max_traces: usize,
    pub(crate) max_spans: usize,
    pub(crate) max_bytes: usize,
    pub(crate) max_age: Duration,
}

impl TailSampling {
    /// Keeps this share of the traces that give no other reason, between 0 and 1.
    pub const fn ratio(ratio: f64) -> Self {
        Self {
            ratio,
            slow: Duration::from_secs(10),
            expensive: 1.0,
            max_traces: 10_000,
            max_spans: 50_000,
            max_bytes: 64 << 20,
            max_age: Duration::from_secs(300),
        }
    }

    /// Keeps traces with a span that takes this long. Defaults to ten seconds.
    pub const fn with_slow(mut self, slow: Duration) -> Self {
        self.slow = slow;
        self
    }

    /// Keeps traces whose model calls add up to this many US dollars. Defaults to one.
    pub const fn with_expensive(mut self, dollars: f64) -> Self {
        self.expensive = dollars;
        self
    }

    /// Sets how many traces may be held back. Defaults to 10,000.
    pub const fn with_max_traces(mut self, traces: usize) -> Self {
        self.max_traces = traces;
        self
    }

    /// Sets how many spans may be held back, of all traces together. Defaults to 50,000.
    pub const fn with_max_spans(mut self, spans: usize) -> Self {
        self.max_spans = spans;
        self
    }

    /// Sets how many bytes the spans that are held back may take. Defaults to 64 MiB.
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets how long a trace may be held back. Defaults to five minutes.
    pub const fn with_max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }
}
