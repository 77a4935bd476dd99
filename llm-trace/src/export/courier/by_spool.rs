//! Owns delivery with a spool: one task sends, in order, and whoever has something to deliver waits
//! a moment for it, and leaves it in a file if that was not enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::time::{Instant, sleep};

use crate::export::notice;
use crate::export::parcel::Parcel;
use crate::export::spool::{Lane, Letter};

use super::{Backoff, Courier, Verdict};

/// How long a request may take before those behind it wait in files: a queue fills within seconds.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether it was said that files cannot be written.
static IS_SAID: AtomicBool = AtomicBool::new(false);

impl Courier {
    /// Hands a request to the task that sends; returns when it is delivered, or is in a file.
    pub(super) async fn by_spool(&self, lane: &Lane, parcel: Parcel, items: u64) -> OTelSdkResult {
        let started = Instant::now();
        let is_first = !lane.is_waiting();
        let number = lane.post(parcel, items);
        let settled = |limit| lane.settled(number, started + limit, &self.closing);
        if is_first && settled(PATIENCE.min(self.limit)).await {
            return Ok(());
        }
        let Err(error) = lane.store(number) else { return Ok(()) };
        if !IS_SAID.swap(true, Ordering::Relaxed) {
            notice::warn(format_args!("the spool cannot be written: {error}"));
        }
        // There is no other place for it.
        if !settled(self.limit).await && lane.withdraw(number) {
            self.late(items);
            return Err(OTelSdkError::InternalFailure(error.to_string()));
        }
        Ok(())
    }

    /// Sends what is in the spool, until nothing is left and nothing new comes.
    pub(in crate::export) async fn send_spooled(self: Arc<Self>) {
        let Some(lane) = &self.lane else { return };
        let mut backoff = Backoff::default();
        while let Some(letter) = lane.next().await {
            if self.closing.is_over() {
                lane.take_back(&letter);
                return;
            }
            let parcel = match &letter.parcel {
                Ok(parcel) => parcel,
                Err(reason) => {
                    let error = OTelSdkError::InternalFailure(reason.clone());
                    settle(lane, &letter, |items| self.unmade(items, &error));
                    continue;
                }
            };
            let is_retry = backoff.has_begun();
            self.counters.retries.add(u64::from(is_retry));
            match self.attempt(parcel, Instant::now() + self.limit).await {
                Verdict::Taken { rejected } => {
                    settle(lane, &letter, |items| self.taken(items, rejected));
                    backoff = Backoff::default();
                }
                Verdict::Refused(_) => {
                    settle(lane, &letter, |items| {
                        self.counters.failed.add(items);
                    });
                }
                Verdict::Late { after, .. } => {
                    lane.take_back(&letter);
                    let pause = backoff.next().max(after.unwrap_or_default());
                    if lane.pause(sleep(pause)).await {
                        return;
                    }
                }
            }
        }
    }
}

/// Counts a request unless it was counted as lost already.
fn settle(lane: &Lane, letter: &Letter, count: impl FnOnce(u64)) {
    if lane.settle(letter) {
        count(letter.items());
    }
}
