//! Owns how an export runs: on our runtime, within a time limit, and with its failure said once.
//!
//! Exports start on the SDK's threads, which know no async runtime, but the transports need one.
//! The program's own may be missing, or be blocked by the very shutdown that waits for the export.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::health::Health;

/// The runtime of all exporters: one thread.
#[derive(Debug)]
pub(super) struct Runtime {
    pub(super) handle: Handle,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    pub(super) fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("llm-trace-otlp")
            // A span that the transport makes must not be exported: that would make another.
            .on_thread_start(|| std::mem::forget(Context::enter_telemetry_suppressed_scope()))
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

/// A runtime that is dropped in the usual way waits, and panics inside another runtime.
impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What an exporter needs to run.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) runtime: Arc<Runtime>,
    pub(super) health: Arc<Health>,
    pub(super) limit: Duration,
    /// When all exports are to have ended; set when the program is about to.
    pub(super) closing: watch::Receiver<Option<Instant>>,
}

impl Link {
    /// Runs an export.
    pub(super) fn run(&self, export: impl Future<Output = OTelSdkResult>) -> OTelSdkResult {
        let result = self.runtime.handle.block_on(self.bounded(export));
        self.health.exported(&result);
        result
    }

    async fn bounded(&self, export: impl Future<Output = OTelSdkResult>) -> OTelSdkResult {
        let mut export = pin!(export);
        let mut late = pin!(timeout(self.limit, closed(self.closing.clone())));
        poll_fn(|context| match export.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => {
                late.as_mut().poll(context).map(|_| Err(OTelSdkError::Timeout(self.limit)))
            }
        })
        .await
    }
}

/// Ends when the deadline has passed that the guard sets.
async fn closed(mut closing: watch::Receiver<Option<Instant>>) {
    let deadline = closing.wait_for(Option::is_some).await.map(|deadline| *deadline);
    match deadline {
        Ok(Some(deadline)) => sleep_until(deadline).await,
        _ => pending().await,
    }
}
