//! Owns [`ExportStats`]: what became of everything that was to be exported.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Protocol;

/// What became of everything that was to be exported, since the start of the program: over OTLP, and by
/// exporters of the program's own.
///
/// Every span is in exactly one of the counts of its [`SignalStats`], so their sum is the number of
/// spans that ended, and [`lost`](SignalStats::lost) those that no receiver has.
///
/// ```
/// let parts = llm_trace::Builder::new().build()?;
/// let stats = parts.guard.stats();
/// assert_eq!((stats.traces.exported, stats.traces.lost()), (0, 0));
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ExportStats {
    /// Log records for the exporters of `Builder::with_log_exporter`, each counted for each of them.
    pub log_exporters: SignalStats,
    /// Log records.
    pub logs: SignalStats,
    /// Data points.
    pub metrics: SignalStats,
    /// Spans for the exporters of `Builder::with_span_exporter`, each counted for each of them.
    pub span_exporters: SignalStats,
    /// Spans.
    pub traces: SignalStats,
    /// How many texts were replaced as a whole because the redactor failed or was too slow; see
    /// `Builder::with_redaction_time`. What they stand in is exported.
    pub withheld: u64,
}

/// What became of the spans, data points or log records of one signal, as numbers of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignalStats {
    /// A receiver took them.
    pub exported: u64,
    /// Lost: no receiver took them, after all retries or because it refused.
    pub failed: u64,
    /// Lost: they found the queue full; see `OTEL_BSP_MAX_QUEUE_SIZE`. Also what comes when 80 MiB
    /// wait.
    pub queue_full: u64,
    /// They wait in the queue, or are on their way.
    pub queued: u64,
    /// Lost: the receiver took the rest of their request, but not them.
    pub rejected: u64,
    /// How many requests were repeated. The one number here that counts requests.
    pub retries: u64,
    /// Lost: the spool had no room for them, or its file was damaged.
    pub spool_lost: u64,
    /// They wait in the spool, also from an earlier run of the program.
    pub spooled: u64,
    /// Lost: the program ended before they were sent.
    pub unsent: u64,
}

impl SignalStats {
    /// Returns how many are lost, for whatever reason.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.failed + self.queue_full + self.rejected + self.spool_lost + self.unsent
    }

    fn plus(self, more: Self) -> Self {
        Self {
            exported: self.exported + more.exported,
            failed: self.failed + more.failed,
            queue_full: self.queue_full + more.queue_full,
            queued: self.queued + more.queued,
            rejected: self.rejected + more.rejected,
            retries: self.retries + more.retries,
            spool_lost: self.spool_lost + more.spool_lost,
            spooled: self.spooled + more.spooled,
            unsent: self.unsent + more.unsent,
        }
    }
}

/// Reads the counts also when the guard is gone, as for what is lost at the very end.
///
/// ```
/// let parts = llm_trace::Builder::new().build()?;
/// let stats = parts.guard.stats_handle();
/// parts.guard.shutdown().unwrap();
/// assert_eq!(stats.read().traces.unsent, 0);
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StatsHandle(pub(crate) Tally);

impl StatsHandle {
    /// Returns the counts as they are now.
    #[must_use]
    pub fn read(&self) -> ExportStats {
        self.0.read()
    }
}

/// The counters of all signals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(super) logs: Arc<Counters>,
    pub(super) metrics: Arc<Counters>,
    pub(super) traces: Arc<Counters>,
    /// One for each queue of an exporter of the program's own.
    log_exporters: Each,
    span_exporters: Each,
    /// Those of the gate.
    pub(super) withheld: Arc<Counter>,
}

type Each = Arc<Mutex<Vec<Arc<Counters>>>>;

impl Tally {
    /// Makes one that reads what a gate withheld, too.
    pub(crate) fn new(withheld: Arc<Counter>) -> Self {
        Self { withheld, ..Self::default() }
    }

    pub(crate) fn add_log_exporter(&self) -> Arc<Counters> {
        add(&self.log_exporters)
    }

    pub(crate) fn add_span_exporter(&self) -> Arc<Counters> {
        add(&self.span_exporters)
    }

    pub(crate) fn read(&self) -> ExportStats {
        ExportStats {
            log_exporters: sum(&self.log_exporters),
            logs: self.logs.read(),
            metrics: self.metrics.read(),
            span_exporters: sum(&self.span_exporters),
            traces: self.traces.read(),
            withheld: self.withheld.read(),
        }
    }
}

fn add(to: &Each) -> Arc<Counters> {
    let counters = Arc::<Counters>::default();
    to.lock().unwrap_or_else(PoisonError::into_inner).push(counters.clone());
    counters
}

fn sum(of: &Each) -> SignalStats {
    let of = of.lock().unwrap_or_else(PoisonError::into_inner);
    of.iter().map(|counters| counters.read()).fold(SignalStats::default(), SignalStats::plus)
}

/// The counters of one signal. Each is right by itself; together they may be read a moment apart.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(super) exported: Counter,
    pub(super) failed: Counter,
    pub(super) queue_full: Counter,
    pub(super) queued: Counter,
    /// About how many bytes those in the queue take.
    pub(super) queued_bytes: Counter,
    pub(super) rejected: Counter,
    pub(super) retries: Counter,
    pub(super) spool_lost: Counter,
    pub(super) spooled: Counter,
    pub(super) unsent: Counter,
    /// How many left the queue for an exporter.
    pub(super) processed: Counter,
    /// How this signal is exported, if it is.
    pub(super) protocol: OnceLock<Protocol>,
    /// How many its queue has room for.
    pub(super) capacity: OnceLock<u64>,
    /// Nothing takes from the queue any more: what is left in it is unsent.
    pub(super) is_over: AtomicBool,
}

impl Counters {
    pub(super) fn read(&self) -> SignalStats {
        let left = self.queued.read();
        let (queued, unsent) =
            if self.is_over.load(Ordering::Acquire) { (0, left) } else { (left, 0) };
        SignalStats {
            exported: self.exported.read(),
            failed: self.failed.read(),
            queue_full: self.queue_full.read(),
            queued,
            rejected: self.rejected.read(),
            retries: self.retries.read(),
            spool_lost: self.spool_lost.read(),
            spooled: self.spooled.read(),
            unsent: self.unsent.read() + unsent,
        }
    }
}

/// A number that several threads add to.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// Returns what it was before.
    pub(super) fn add(&self, count: u64) -> u64 {
        self.0.fetch_add(count, Ordering::AcqRel)
    }

    pub(super) fn subtract(&self, count: u64) {
        self.0.fetch_sub(count, Ordering::AcqRel);
    }

    pub(super) fn read(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}
