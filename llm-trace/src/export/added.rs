//! Owns [`AddedSpans`] and [`AddedLogs`]: exporters of the program's own, each behind a queue and the
//! gate, as ours are.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor};
use opentelemetry_sdk::trace::{SpanData, SpanExporter, SpanProcessor};

use super::gate::Gate;
use super::limits::{LogLimits, SpanLimits};
use super::log_queue::Logs;
use super::queue::Spans;
use super::stats::Counters;
use super::{Batches, notice};

/// An exporter of spans, until it is known what goes before it.
pub(crate) struct AddedSpans(
    Box<dyn FnOnce(Before<SpanLimits>) -> io::Result<Spans> + Send + Sync>,
);

/// An exporter of log records, until it is known what goes before it.
pub(crate) struct AddedLogs(Box<dyn FnOnce(Before<LogLimits>) -> io::Result<Logs> + Send + Sync>);

/// What goes before an exporter.
pub(crate) struct Before<L> {
    pub(crate) gate: Gate,
    pub(crate) batches: Batches,
    pub(crate) limits: L,
    pub(crate) counters: Arc<Counters>,
}

impl AddedSpans {
    pub(crate) fn new(exporter: impl SpanExporter + 'static) -> Self {
        Self(Box::new(|before| {
            let Before { gate, batches, limits, counters } = before;
            let counted = Counted::new(exporter, limits, counters.clone());
            Spans::new(gate.before(counted), batches, counters)
        }))
    }

    pub(crate) fn start(self, before: Before<SpanLimits>) -> io::Result<impl SpanProcessor> {
        (self.0)(before)
    }
}

impl AddedLogs {
    pub(crate) fn new(exporter: impl LogExporter + 'static) -> Self {
        Self(Box::new(|before| {
            let Before { gate, batches, limits, counters } = before;
            let counted = Counted::new(exporter, limits, counters.clone());
            Logs::new(gate.before(counted), batches, counters)
        }))
    }

    pub(crate) fn start(self, before: Before<LogLimits>) -> io::Result<impl LogProcessor> {
        (self.0)(before)
    }
}

/// An exporter whose successes and failures are counted.
struct Counted<E, L> {
    exporter: E,
    limits: L,
    counters: Arc<Counters>,
    is_said: AtomicBool,
}

impl<E, L> Counted<E, L> {
    fn new(exporter: E, limits: L, counters: Arc<Counters>) -> Self {
        Self { exporter, limits, counters, is_said: AtomicBool::new(false) }
    }

    /// Counts what became of items, and says the first failure.
    fn count(&self, items: &str, count: usize, result: OTelSdkResult) -> OTelSdkResult {
        let Err(error) = result else {
            self.counters.exported.add(count as u64);
            return Ok(());
        };
        self.counters.failed.add(count as u64);
        let reason = match error {
            OTelSdkError::InternalFailure(reason) => reason,
            other => other.to_string(),
        };
        let reason = format!("an exporter of {items} that the program added: {reason}");
        if !self.is_said.swap(true, Ordering::Relaxed) {
            notice::warn(format_args!("{items} are lost, not exported by {reason}"));
        }
        Err(OTelSdkError::InternalFailure(reason))
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E, SpanLimits> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        self.limits.hold(&mut batch);
        let result = self.exporter.export(batch).await;
        self.count("spans", count, result)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Counted<E, LogLimits> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let held: Vec<_> = batch.iter().map(|(record, _)| self.limits.hold(record)).collect();
        let records = batch.iter().zip(&held);
        let records: Vec<_> = records
            .map(|((record, scope), held)| (held.as_ref().unwrap_or(record), scope))
            .collect();
        let result = self.exporter.export(LogBatch::new(&records)).await;
        self.count("log records", records.len(), result)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Shows nothing of an exporter, which may hold a key.
impl<E, L> fmt::Debug for Counted<E, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}
