//! Owns the queue of log records; what a queue does is in `queue.rs`.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};

use super::Batches;
use super::queue::{Item, Kind, Outlet, Queue, block_on};
use super::records::copy;
use super::stats::Counters;
use crate::content::withheld;

const RECORDS: Kind = Kind { items: "log records", variable: "OTEL_BLRP_MAX_QUEUE_SIZE" };

/// A record that takes more is not copied as it is; the gate would cut it in any case.
const LARGE: usize = 1 << 20;
/// The longest text of a record that takes more.
const LONG: usize = 64 * 1024;
/// About what a value takes beside its text.
const VALUE: usize = 32;

/// A record, and who emitted it. It is large, and is moved often.
type Waiting = Box<(SdkLogRecord, InstrumentationScope)>;

/// A queue of log records.
#[derive(Debug)]
pub(super) struct Logs(Queue<Waiting>);

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
        let copy =
            if of_record(record) > LARGE { without_long(record, LONG) } else { record.clone() };
        self.0.put(Box::new((copy, scope.clone())));
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

impl Item for Waiting {
    fn weight(&self) -> usize {
        of_record(&self.0)
    }

    fn withhold(&mut self, limit: usize) {
        self.0 = without_long(&self.0, limit);
    }
}

/// Returns about how many bytes a record takes.
fn of_record(record: &SdkLogRecord) -> usize {
    let attributes =
        record.attributes_iter().map(|(key, value)| key.as_str().len() + weight(value));
    size_of::<(SdkLogRecord, InstrumentationScope)>()
        + record.body().map_or(0, weight)
        + attributes.sum::<usize>()
}

fn weight(value: &AnyValue) -> usize {
    VALUE
        + match value {
            AnyValue::String(text) => text.as_str().len(),
            AnyValue::Bytes(bytes) => bytes.len(),
            AnyValue::ListAny(items) => items.iter().map(weight).sum(),
            AnyValue::Map(fields) => {
                fields.iter().map(|(key, value)| key.as_str().len() + weight(value)).sum()
            }
            _ => 0,
        }
}

/// Returns a record with nothing but its length in place of a value that takes more than `limit`.
fn without_long(record: &SdkLogRecord, limit: usize) -> SdkLogRecord {
    let short = |value: &AnyValue| match weight(value) - VALUE {
        length if length > limit => AnyValue::from(withheld(length)),
        _ => value.clone(),
    };
    let attributes = record.attributes_iter().map(|(key, value)| (key.clone(), short(value)));
    copy(record, record.body().map(short), attributes)
}

struct LogOutlet<E>(E);

impl<E: LogExporter + 'static> Outlet<Waiting> for LogOutlet<E> {
    fn export(&self, batch: Vec<Waiting>) -> OTelSdkResult {
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
