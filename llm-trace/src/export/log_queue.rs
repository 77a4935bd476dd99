//! Owns the queue of log records; what a queue does is in `queue.rs`.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};

use super::Batches;
use super::queue::{Kind, Outlet, Queue, block_on};
use super::stats::Counters;

const RECORDS: Kind = Kind { items: "log records", variable: "OTEL_BLRP_MAX_QUEUE_SIZE" };

/// A record is large, and is moved often.
type Item = Box<(SdkLogRecord, InstrumentationScope)>;

/// A queue of log records.
#[derive(Debug)]
pub(super) struct Logs(Queue<Item>);

impl Logs {
    pub(super) fn new(
        exporter: impl LogExporter + 'static,
        batches: Batches,
        counters: Arc<Counters>,
    ) -> std::io::Result<Self> {
        Queue::new(RECORDS, LogOutlet(exporter), batches, counters).map(Self)
    }
}

impl LogProcessor for Logs {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        let _ = self.0.put(Box::new((record.clone(), scope.clone())));
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

struct LogOutlet<E>(E);

impl<E: LogExporter + 'static> Outlet<Item> for LogOutlet<E> {
    fn export(&self, batch: Vec<Item>) -> OTelSdkResult {
        let records: Vec<_> = batch.iter().map(|item| (&item.0, &item.1)).collect();
        block_on(self.0.export(LogBatch::new(&records)))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.0.shutdown()
    }
}
