//! Owns the delivery of one signal: when a request is repeated, when it is given up, and what is
//! said and counted of it.

#[cfg_attr(not(feature = "spool"), path = "no_spool.rs")]
mod by_spool;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::time::{Instant, sleep, sleep_until};

use super::Target;
use super::answer::{Answer, Reason};
#[cfg(feature = "otlp-grpc")]
use super::grpc;
use super::health::Health;
#[cfg(feature = "otlp-http")]
use super::http;
use super::parcel::Parcel;
use super::runtime::{Closing, Runtime};
use super::spool::Lane;
use super::stats::Counters;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a receiver is left alone that does not know the signal.
const LEFT_ALONE: Duration = Duration::from_secs(600);

/// How requests are sent.
#[derive(Debug)]
pub(super) enum Transport {
    #[cfg(feature = "otlp-grpc")]
    Grpc(Box<grpc::Client>),
    #[cfg(feature = "otlp-http")]
    Http(http::Client),
}

/// Delivers the requests of one signal.
#[derive(Debug)]
pub(super) struct Courier {
    runtime: Arc<Runtime>,
    transport: Transport,
    health: Arc<Health>,
    counters: Arc<Counters>,
    /// How long one delivery may take, with all its attempts.
    limit: Duration,
    closing: Closing,
    rest: Mutex<Rest>,
    lane: Option<Lane>,
}

/// What the receiver asked for.
#[derive(Debug, Default)]
struct Rest {
    /// It wants no request before.
    until: Option<Instant>,
    /// It does not know the signal, and is not asked again before.
    left_alone: Option<Instant>,
}

/// How the attempts to deliver a request ended.
enum Verdict {
    /// It was not answered, or the answer was to come back later, after this time.
    Late {
        error: OTelSdkError,
        after: Option<Duration>,
    },
    Refused(OTelSdkError),
    Taken {
        rejected: u64,
    },
}

impl Courier {
    pub(super) fn new(
        runtime: Arc<Runtime>,
        transport: Transport,
        health: Arc<Health>,
        counters: Arc<Counters>,
        target: &Target,
        closing: Closing,
    ) -> Self {
        let (limit, rest) = (target.timeout, Mutex::default());
        Self { runtime, transport, health, counters, limit, closing, rest, lane: None }
    }

    /// Makes what cannot be delivered at once wait in a spool.
    pub(super) fn with_lane(mut self, lane: Option<Lane>) -> Self {
        self.lane = lane;
        self
    }

    /// Returns whether it is worth while to make a request; counts what it would have held if not.
    pub(super) fn is_open(&self, items: u64) -> OTelSdkResult {
        if self.is_left_alone() {
            self.counters.failed.add(items);
            return Err(self.failed());
        }
        if self.closing.is_over() && self.lane.is_none() {
            self.counters.unsent.add(items);
            return Err(OTelSdkError::Timeout(self.limit));
        }
        Ok(())
    }

    /// Takes note of what could not become a request.
    pub(super) fn unmade(&self, items: u64, error: &OTelSdkError) {
        self.counters.failed.add(items);
        self.health.failed(&Reason::Answered(error.to_string()));
    }

    /// Delivers a request. It blocks, so it is for a thread of ours.
    pub(super) fn deliver(&self, parcel: Parcel, items: u64) -> OTelSdkResult {
        if let Some(lane) = &self.lane {
            return self.runtime.handle.block_on(self.by_spool(lane, parcel, items));
        }
        match self.runtime.handle.block_on(self.attempts(&parcel)) {
            Verdict::Taken { rejected } => {
                self.taken(items, rejected);
                Ok(())
            }
            Verdict::Refused(error) => {
                self.counters.failed.add(items);
                Err(error)
            }
            Verdict::Late { error, .. } => {
                self.late(items);
                Err(error)
            }
        }
    }

    fn taken(&self, items: u64, rejected: u64) {
        let rejected = rejected.min(items);
        self.counters.rejected.add(rejected);
        self.counters.exported.add(items - rejected);
    }

    /// Counts what is given up because there is no more time.
    fn late(&self, items: u64) {
        let is_end = self.closing.has_begun();
        let lost = if is_end { &self.counters.unsent } else { &self.counters.failed };
        lost.add(items);
    }

    /// Sends a request until it is taken or refused, or the time is over.
    async fn attempts(&self, parcel: &Parcel) -> Verdict {
        let deadline = Instant::now() + self.limit;
        let mut backoff = Backoff::default();
        loop {
            if self.closing.within(deadline, self.rested()).await.is_none() {
                return self.no_answer();
            }
            let pause = match self.attempt(parcel, deadline).await {
                Verdict::Late { after: Some(after), .. } => backoff.next().max(after),
                verdict => return verdict,
            };
            if self.closing.within(deadline, sleep(pause)).await.is_none() {
                return self.no_answer();
            }
            self.counters.retries.add(1);
        }
    }

    /// Sends a request once.
    async fn attempt(&self, parcel: &Parcel, deadline: Instant) -> Verdict {
        if self.is_left_alone() {
            return Verdict::Refused(self.failed());
        }
        match self.closing.within(deadline, self.transport.send(parcel)).await {
            Some(Answer::Taken(partial)) => {
                self.health.well();
                self.health.partly(partial.rejected, &partial.message);
                Verdict::Taken { rejected: u64::try_from(partial.rejected).unwrap_or(0) }
            }
            Some(Answer::Refused(reason)) => {
                self.health.failed(&reason);
                Verdict::Refused(self.failed())
            }
            Some(Answer::Unknown(reason)) => {
                self.health.unknown(&reason, LEFT_ALONE);
                self.lock().left_alone = Some(Instant::now() + LEFT_ALONE);
                Verdict::Refused(self.failed())
            }
            Some(Answer::Later { after, reason }) => {
                self.health.failed(&reason);
                if let Some(after) = after {
                    // It goes for the next request too.
                    self.lock().until = Some(Instant::now() + after);
                }
                Verdict::Late { error: self.failed(), after: Some(after.unwrap_or_default()) }
            }
            None => {
                self.transport.reconnect();
                self.health.failed(&Reason::Unanswered("no answer in time".to_owned()));
                self.no_answer()
            }
        }
    }

    /// Waits until the receiver wants a request again.
    async fn rested(&self) {
        let until = self.lock().until;
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    fn no_answer(&self) -> Verdict {
        Verdict::Late { error: OTelSdkError::Timeout(self.limit), after: None }
    }

    fn is_left_alone(&self) -> bool {
        self.lock().left_alone.is_some_and(|until| Instant::now() < until)
    }

    fn failed(&self) -> OTelSdkError {
        OTelSdkError::InternalFailure(self.health.failure().unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport {
    pub(in crate::export) async fn send(&self, parcel: &Parcel) -> Answer {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(client) => client.send(parcel).await,
            #[cfg(feature = "otlp-http")]
            Self::Http(client) => client.send(parcel).await,
        }
    }

    /// Gives up the connection, if it is one that outlives a request that was given up.
    fn reconnect(&self) {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(client) => client.reconnect(),
            #[cfg(feature = "otlp-http")]
            Self::Http(_) => {}
        }
    }
}

/// The pauses between attempts: each twice as long as the one before, less up to half, by chance,
/// so that the programs that one receiver has refused do not come back at once.
struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Backoff {
    #[cfg(feature = "spool")]
    fn has_begun(&self) -> bool {
        self.0 > FIRST_PAUSE
    }

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        // Every `RandomState` has keys of its own.
        let chance = u8::try_from(RandomState::new().build_hasher().finish() % 256).unwrap_or(0);
        pause.mul_f64(1.0 - f64::from(chance) / 512.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration};

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..12).map(|_| backoff.next()).collect();

        for (index, pause) in pauses.iter().enumerate() {
            let longest = Duration::from_millis(100 << index.min(6)).min(Duration::from_secs(5));
            assert!(*pause <= longest && *pause > longest.mul_f64(0.49), "{index}: {pause:?}");
        }
        let first = |_| Backoff::default().next();
        assert!((0..20).map(first).any(|pause| pause != pauses[0]), "all programs at once");
    }
}
