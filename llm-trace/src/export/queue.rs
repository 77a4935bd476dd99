//! Owns the queue between the program and an export: it never blocks the program, so a full one
//! drops, and what is dropped is counted and said.
//!
//! It is not the SDK's, which neither tells what it drops nor ends in time. An item counts as
//! queued until it is known what became of it, so the bound holds for what is on its way too.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TryRecvError};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};

use super::budget::{weight, withhold};
use super::quiet::keep_quiet;
use super::stats::Counters;
use super::{Batches, notice};

/// How long a flush may take; the guard has a limit of its own.
const FLUSH_LIMIT: Duration = Duration::from_secs(60);

/// What waits in a queue.
pub(super) trait Item: Send + 'static {
    /// Returns about how many bytes it takes.
    fn weight(&self) -> usize;

    /// Leaves of every text that is longer than `limit` nothing but its length.
    fn withhold(&mut self, limit: usize);
}

/// What takes batches off the queue, on a thread of its own.
pub(super) trait Outlet<T>: Send + 'static {
    fn export(&self, batch: Vec<T>) -> OTelSdkResult;
    fn set_resource(&mut self, resource: &Resource);
    fn shutdown(&self) -> OTelSdkResult;
}

/// What a queue holds, and which variable makes it longer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) items: &'static str,
    pub(super) variable: &'static str,
}

/// Bytes that may wait. Of what comes when it is more, only short texts are kept.
const WAITING: u64 = 64 << 20;
/// The longest text that waits then.
const SHORT: usize = 512;
/// Bytes that wait at most: what comes then is dropped.
const FULL: u64 = 80 << 20;

const SPANS: Kind = Kind { items: "spans", variable: "OTEL_BSP_MAX_QUEUE_SIZE" };

/// The end that the program puts items into.
#[derive(Debug)]
pub(super) struct Queue<T> {
    items: Sender<T>,
    orders: Sender<Order>,
    worker: Thread,
    kind: Kind,
    batches: Batches,
    counters: Arc<Counters>,
    is_closed: AtomicBool,
    is_said: AtomicBool,
}

/// What the worker is told.
enum Order {
    Flush(SyncSender<OTelSdkResult>),
    Resource(Box<Resource>),
    Shutdown(SyncSender<OTelSdkResult>),
}

impl<T: Item> Queue<T> {
    pub(super) fn new(
        kind: Kind,
        outlet: impl Outlet<T>,
        batches: Batches,
        counters: Arc<Counters>,
    ) -> std::io::Result<Self> {
        let _ = counters.capacity.set(batches.queue as u64);
        let (items, received) = mpsc::channel();
        let (orders, told) = mpsc::channel();
        let mut worker =
            Worker { items: received, orders: told, outlet, batches, counters: counters.clone() };
        let thread = thread::Builder::new().name("llm-trace-queue".to_owned());
        let worker = thread.spawn(move || worker.run())?.thread().clone();
        let (is_closed, is_said) = (AtomicBool::new(false), AtomicBool::new(false));
        Ok(Self { items, orders, worker, kind, batches, counters, is_closed, is_said })
    }

    /// Puts an item into the queue, or drops it.
    pub(super) fn put(&self, mut item: T) {
        let Counters { queued, queued_bytes, .. } = &*self.counters;
        let before = queued.add(1);
        // What comes after the end stays in this count, and that is what is unsent.
        if self.is_closed.load(Ordering::Acquire) {
            return;
        }
        if before >= self.batches.queue as u64 {
            return self.drop_one(format_args!("the queue was full, see {}", self.kind.variable));
        }
        let mut bytes = item.weight() as u64;
        if queued_bytes.read() + bytes > WAITING {
            item.withhold(SHORT);
            bytes = item.weight() as u64;
        }
        if queued_bytes.add(bytes) + bytes > FULL {
            queued_bytes.subtract(bytes);
            return self.drop_one(format_args!("{} MiB of them were waiting", FULL >> 20));
        }
        // Without a receiver, it is as after the end.
        let _ = self.items.send(item);
        if before + 1 >= self.batches.size as u64 {
            self.wake();
        }
    }

    /// Counts an item that does not wait, and says so the first time.
    fn drop_one(&self, why: impl Display) {
        self.counters.queued.subtract(1);
        self.counters.queue_full.add(1);
        if !self.is_said.swap(true, Ordering::Relaxed) {
            notice::warn(format_args!("{} are dropped: {why}", self.kind.items));
        }
    }

    /// Exports what is waiting.
    pub(super) fn flush(&self) -> OTelSdkResult {
        self.order(FLUSH_LIMIT, Order::Flush)
    }

    /// Exports what is waiting, and ends. The exports of ours end when the guard says so.
    pub(super) fn shutdown(&self, limit: Duration) -> OTelSdkResult {
        if self.is_closed.swap(true, Ordering::AcqRel) {
            return Err(OTelSdkError::AlreadyShutdown);
        }
        let result = self.order(limit, Order::Shutdown);
        let dropped = self.counters.queue_full.read();
        if dropped > 0 {
            let Kind { items, variable } = self.kind;
            notice::warn(format_args!(
                "{dropped} {items} were dropped: the queue was full, see {variable}"
            ));
        }
        result
    }

    pub(super) fn set_resource(&self, resource: &Resource) {
        let _ = self.orders.send(Order::Resource(Box::new(resource.clone())));
        self.wake();
    }

    fn order(
        &self,
        limit: Duration,
        order: fn(SyncSender<OTelSdkResult>) -> Order,
    ) -> OTelSdkResult {
        let (done, ended) = mpsc::sync_channel(1);
        self.orders.send(order(done)).map_err(|_| OTelSdkError::AlreadyShutdown)?;
        self.wake();
        ended.recv_timeout(limit).map_err(|_| OTelSdkError::Timeout(limit))?
    }

    fn wake(&self) {
        self.worker.unpark();
    }
}

struct Worker<T, O> {
    items: Receiver<T>,
    orders: Receiver<Order>,
    outlet: O,
    batches: Batches,
    counters: Arc<Counters>,
}

impl<T: Item, O: Outlet<T>> Worker<T, O> {
    fn run(&mut self) {
        keep_quiet();
        let mut next = Instant::now() + self.batches.delay;
        loop {
            match self.orders.try_recv() {
                Ok(Order::Flush(done)) => {
                    let _ = done.send(self.export_all());
                    next = Instant::now() + self.batches.delay;
                }
                Ok(Order::Resource(resource)) => self.outlet.set_resource(&resource),
                Ok(Order::Shutdown(done)) => {
                    let result = self.export_all().and(self.outlet.shutdown());
                    self.counters.is_over.store(true, Ordering::Release);
                    let _ = done.send(result);
                    return;
                }
                Err(TryRecvError::Empty) => {
                    let now = Instant::now();
                    if now >= next || self.waiting() >= self.batches.size as u64 {
                        // What failed was said, and is counted.
                        let _ = self.export_some();
                        next = Instant::now() + self.batches.delay;
                    } else {
                        thread::park_timeout(next - now);
                    }
                }
                // The program dropped its end.
                Err(TryRecvError::Disconnected) => {
                    let _ = self.export_all();
                    self.counters.is_over.store(true, Ordering::Release);
                    return;
                }
            }
        }
    }

    fn waiting(&self) -> u64 {
        self.counters.queued.read()
    }

    /// Exports what is waiting now, and not what comes meanwhile.
    fn export_all(&self) -> OTelSdkResult {
        let mut left = self.waiting();
        let mut result = Ok(());
        while left > 0 {
            let (count, exported) = self.export_some();
            if count == 0 {
                break;
            }
            left = left.saturating_sub(count);
            result = result.and(exported);
        }
        result
    }

    /// Exports one batch, and returns how many were in it.
    fn export_some(&self) -> (u64, OTelSdkResult) {
        let batch: Vec<T> = self.items.try_iter().take(self.batches.size).collect();
        let count = batch.len() as u64;
        if count == 0 {
            return (0, Ok(()));
        }
        let bytes = batch.iter().map(|item| item.weight() as u64).sum();
        self.counters.processed.add(count);
        let exported = catch_unwind(AssertUnwindSafe(|| self.outlet.export(batch)));
        let result = exported.unwrap_or_else(|_| {
            self.counters.failed.add(count);
            Err(OTelSdkError::InternalFailure("an exporter panicked".to_owned()))
        });
        self.counters.queued_bytes.subtract(bytes);
        self.counters.queued.subtract(count);
        (count, result)
    }
}

/// A queue of spans.
#[derive(Debug)]
pub(super) struct Spans(Queue<SpanData>);

impl Spans {
    pub(super) fn new(
        exporter: impl SpanExporter + 'static,
        batches: Batches,
        counters: Arc<Counters>,
    ) -> std::io::Result<Self> {
        Queue::new(SPANS, SpanOutlet(exporter), batches, counters).map(Self)
    }
}

impl Item for SpanData {
    fn weight(&self) -> usize {
        let attributes = self.attributes.len() * size_of::<KeyValue>();
        size_of::<Self>() + attributes + weight(self)
    }

    fn withhold(&mut self, limit: usize) {
        withhold(self, limit);
    }
}

impl SpanProcessor for Spans {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.put(span);
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

struct SpanOutlet<E>(E);

impl<E: SpanExporter + 'static> Outlet<SpanData> for SpanOutlet<E> {
    fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        block_on(self.0.export(batch))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.0.shutdown()
    }
}

/// Runs a future on this thread. Those of our exporters are ready at once: they block.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = TaskContext::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(result) => return result,
            Poll::Pending => thread::park(),
        }
    }
}
