//! Owns the runtime of all exporters, and the end of all exports.
//!
//! Exports start on threads that know no async runtime, but the transports need one. The program's
//! own may be missing, or be blocked by the very shutdown that waits for the export.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::quiet::keep_quiet;

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
            .on_thread_start(keep_quiet)
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

/// When all exports are to have ended; set when the program is about to.
#[derive(Clone, Debug)]
pub(super) struct Closing(pub(super) watch::Receiver<Option<Instant>>);

impl Closing {
    /// Returns whether the program is about to end.
    pub(super) fn has_begun(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Returns whether nothing may be sent any more.
    pub(super) fn is_over(&self) -> bool {
        self.0.borrow().is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Runs a job until `deadline`, or until all exports are to have ended.
    pub(super) async fn within<T>(
        &self,
        deadline: Instant,
        job: impl Future<Output = T>,
    ) -> Option<T> {
        first(job, timeout_at(deadline, over(self.0.clone()))).await
    }
}

/// Runs a job until something else ends.
pub(super) async fn first<T>(job: impl Future<Output = T>, end: impl Future) -> Option<T> {
    let (mut job, mut end) = (pin!(job), pin!(end));
    poll_fn(|context| match job.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}

/// Ends when the deadline has passed that the guard sets.
async fn over(mut closing: watch::Receiver<Option<Instant>>) {
    let deadline = closing.wait_for(Option::is_some).await.map(|deadline| *deadline);
    match deadline {
        Ok(Some(deadline)) => sleep_until(deadline).await,
        _ => pending().await,
    }
}
