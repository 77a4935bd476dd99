//! Owns the queue between the program and the export of spans: it never blocks the program, so a
//! full one drops, and what is dropped is counted and said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor,
};

use super::{Batches, notice};

const ADVICE: &str = "the queue was full, see OTEL_BSP_MAX_QUEUE_SIZE";

/// The SDK's processor, and what it does not tell.
#[derive(Debug)]
pub(super) struct Queue {
    processor: BatchSpanProcessor,
    ended: AtomicU64,
    taken: Arc<AtomicU64>,
    /// How many spans can be waiting.
    room: u64,
    is_said: AtomicBool,
}

impl Queue {
    pub(super) fn new(exporter: impl SpanExporter + 'static, batches: Batches) -> Self {
        let taken = Arc::<AtomicU64>::default();
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(batches.queue)
            .with_max_export_batch_size(batches.size)
            .with_scheduled_delay(batches.delay);
        let processor = BatchSpanProcessor::builder(Taking { exporter, taken: taken.clone() })
            .with_batch_config(config.build())
            .build();
        // A batch that is being filled is in the queue no more.
        let room = u64::try_from(batches.queue + batches.size).unwrap_or(u64::MAX);
        Self { processor, ended: AtomicU64::new(0), taken, room, is_said: AtomicBool::new(false) }
    }

    fn untaken(&self) -> u64 {
        let taken = self.taken.load(Ordering::Relaxed);
        self.ended.load(Ordering::Relaxed).saturating_sub(taken)
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        self.ended.fetch_add(1, Ordering::Relaxed);
        if self.untaken() > self.room && !self.is_said.swap(true, Ordering::Relaxed) {
            notice::warn(format_args!("spans are dropped: {ADVICE}"));
        }
        self.processor.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let result = self.processor.shutdown_with_timeout(timeout);
        let dropped = self.untaken();
        if dropped > 0 {
            notice::warn(format_args!("{dropped} spans were dropped: {ADVICE}"));
        }
        result
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}

/// An exporter that counts what it is given.
#[derive(Debug)]
struct Taking<E> {
    exporter: E,
    taken: Arc<AtomicU64>,
}

impl<E: SpanExporter> SpanExporter for Taking<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.taken.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.exporter.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
