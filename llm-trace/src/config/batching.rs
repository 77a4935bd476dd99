//! Owns [`Batching`]: how spans or log records wait to be exported.

use std::time::Duration;

use super::env::Env;
use super::{FOR_EVER, InitError};
use crate::export::Batches;

/// How spans or log records wait to be exported.
///
/// ```
/// use std::time::Duration;
/// use llm_trace::{Batching, Builder};
///
/// let batching = Batching::new().with_queue_size(8192).with_delay(Duration::from_secs(1));
/// let parts = Builder::new().with_span_batching(batching).build()?;
/// assert_eq!(parts.guard.stats().traces.queued, 0);
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "it does nothing until a builder has it"]
pub struct Batching {
    queue: Option<usize>,
    size: Option<usize>,
    delay: Option<Duration>,
    export_timeout: Option<Duration>,
}

impl Batching {
    /// Creates one of which nothing is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many may wait; more are dropped, counted and said.
    ///
    /// Defaults to `OTEL_BSP_MAX_QUEUE_SIZE` or `OTEL_BLRP_MAX_QUEUE_SIZE`, then to 2048.
    pub fn with_queue_size(mut self, queue: usize) -> Self {
        self.queue = Some(queue);
        self
    }

    /// Sets how many go out at once, at most.
    ///
    /// Defaults to `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` or `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, then to
    /// 512.
    pub fn with_batch_size(mut self, size: usize) -> Self {
        self.size = Some(size);
        self
    }

    /// Sets how long one waits, at most.
    ///
    /// Defaults to `OTEL_BSP_SCHEDULE_DELAY` or `OTEL_BLRP_SCHEDULE_DELAY`, then to five seconds
    /// for spans and one for log records.
    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Sets how long one export may take, if that is less than the timeout of the receiver.
    ///
    /// Defaults to `OTEL_BSP_EXPORT_TIMEOUT` or `OTEL_BLRP_EXPORT_TIMEOUT`.
    pub fn with_export_timeout(mut self, timeout: Duration) -> Self {
        self.export_timeout = Some(timeout);
        self
    }
}

/// The variables of a queue.
pub(super) struct Queue {
    room: &'static str,
    size: &'static str,
    delay: &'static str,
    timeout: &'static str,
    default_delay: Duration,
    /// What to write for a number.
    accepted: &'static str,
}

pub(super) const SPANS: Queue = Queue {
    room: "OTEL_BSP_MAX_QUEUE_SIZE",
    size: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BSP_SCHEDULE_DELAY",
    timeout: "OTEL_BSP_EXPORT_TIMEOUT",
    default_delay: Duration::from_secs(5),
    accepted: "a number of spans, such as 512",
};

pub(super) const RECORDS: Queue = Queue {
    room: "OTEL_BLRP_MAX_QUEUE_SIZE",
    size: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BLRP_SCHEDULE_DELAY",
    timeout: "OTEL_BLRP_EXPORT_TIMEOUT",
    default_delay: Duration::from_secs(1),
    accepted: "a number of log records, such as 512",
};

impl Queue {
    pub(super) fn read(&self, said: Batching, env: &Env<'_>) -> Result<Batches, InitError> {
        let (by, room) = match said.queue {
            Some(room) => ("Batching::with_queue_size", room.max(1)),
            None => (self.room, env.count([self.room], self.accepted)?.unwrap_or(2048)),
        };
        let (name, size) = match said.size {
            Some(size) => ("Batching::with_batch_size", Some(size.max(1))),
            None => (self.size, env.count([self.size], self.accepted)?),
        };
        if let Some(size) = size.filter(|size| *size > room) {
            let accepted = format!("no more than {by}, which is {room}").into();
            return Err(InitError::Variable { name, value: size.to_string(), accepted });
        }
        let delay = match said.delay {
            Some(delay) => Some(delay),
            None => env.millis([self.delay])?,
        };
        Ok(Batches {
            queue: room,
            size: size.unwrap_or(512).min(room),
            delay: delay.unwrap_or(self.default_delay).min(FOR_EVER),
        })
    }

    /// How long one export may take, if that is said.
    pub(super) fn timeout(
        &self,
        said: Batching,
        env: &Env<'_>,
    ) -> Result<Option<Duration>, InitError> {
        match said.export_timeout {
            Some(timeout) => Ok(Some(timeout)),
            None => env.millis([self.timeout]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::env::Env;
    use super::{Batching, RECORDS};

    #[test]
    fn a_batch_that_is_larger_than_the_queue_is_named_by_what_said_it() {
        let of_builder = Batching::new().with_queue_size(8);
        for (said, variables, expected) in [
            (
                of_builder.with_batch_size(16),
                &[][..],
                "Batching::with_batch_size is \"16\"; \
                 write no more than Batching::with_queue_size, which is 8",
            ),
            (
                of_builder,
                &[("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "16")],
                "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE is \"16\"; \
                 write no more than Batching::with_queue_size, which is 8",
            ),
            (
                Batching::new().with_batch_size(4096),
                &[],
                "Batching::with_batch_size is \"4096\"; \
                 write no more than OTEL_BLRP_MAX_QUEUE_SIZE, which is 2048",
            ),
        ] {
            let variable = |name: &str| {
                variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            };
            let error = RECORDS.read(said, &Env(&variable)).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
