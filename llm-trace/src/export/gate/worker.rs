//! Owns [`Worker`], the thread on which a redactor of the user's runs, and [`Allowance`], the time that
//! it may take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::export::quiet::keep_quiet;
use crate::redact::{Redactor, redact_json};

/// How long a redactor may take for one value.
const PATIENCE: Duration = Duration::from_millis(250);
/// How much of the time in which nobody asks comes back to be used up.
const RETURNS: f64 = 0.5;
/// How often what a value costs is doubled.
const DOUBLINGS: u32 = 6;

/// The time that a redactor may still take. It is for all values together, so that no number of them
/// holds up an export, and it comes back while nobody asks.
#[derive(Debug)]
pub(super) struct Allowance {
    /// In seconds. Below zero, time has to come back first.
    left: f64,
    since: Instant,
    /// Values in a row that took too long.
    slow: u32,
}

impl Allowance {
    pub(super) fn new(limit: Duration) -> Self {
        Self { left: limit.as_secs_f64(), since: Instant::now(), slow: 0 }
    }

    /// Returns how long the next value may take, if it may be asked for at all.
    fn patience(&mut self, limit: Duration) -> Option<Duration> {
        let back = self.since.elapsed().as_secs_f64() * RETURNS;
        self.left = (self.left + back).min(limit.as_secs_f64());
        self.since = Instant::now();
        let patience = PATIENCE.min(limit);
        (self.left >= patience.as_secs_f64()).then_some(patience)
    }

    /// Takes the time that a value took. One that took too long costs more each time in a row, so that
    /// a redactor that hangs again and again is asked less and less.
    fn spend(&mut self, took: Duration, is_slow: bool) {
        let factor = if is_slow { 2_f64.powi(self.slow.min(DOUBLINGS).cast_signed()) } else { 1.0 };
        self.slow = if is_slow { self.slow + 1 } else { 0 };
        self.left -= took.as_secs_f64() * factor;
        self.since = Instant::now();
    }
}

/// A thread that redacts.
pub(super) struct Worker {
    texts: Sender<String>,
    answers: Receiver<Option<String>>,
    /// Whether an answer is still to come that nobody waits for.
    is_late: bool,
}

/// Why a text was not redacted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    Failed,
    /// The thread is no more.
    Gone,
    Slow,
}

impl Worker {
    pub(super) fn start(redactor: Arc<dyn Redactor>) -> Option<Self> {
        let (texts, requests) = channel::<String>();
        let (replies, answers) = channel();
        let run = move || {
            // What a redactor does, such as to ask a service, would come back to be redacted.
            keep_quiet();
            while let Ok(text) = requests.recv() {
                let redacted =
                    catch_unwind(AssertUnwindSafe(|| redact_json(&*redactor, &text).into_owned()));
                if replies.send(redacted.ok()).is_err() {
                    return;
                }
            }
        };
        let builder = thread::Builder::new().name("llm-trace-redact".to_owned());
        builder.spawn(run).ok().map(|_| Self { texts, answers, is_late: false })
    }

    /// Returns the text redacted, if there is time for that.
    pub(super) fn redact(
        &mut self,
        text: &str,
        allowance: &mut Allowance,
        limit: Duration,
    ) -> Result<String, Fault> {
        if self.is_late && self.answers.try_recv().is_err() {
            return Err(Fault::Slow);
        }
        self.is_late = false;
        let patience = allowance.patience(limit).ok_or(Fault::Slow)?;
        let started = Instant::now();
        self.texts.send(text.to_owned()).map_err(|_| Fault::Gone)?;
        let answer = match self.answers.recv_timeout(patience) {
            Ok(redacted) => redacted.ok_or(Fault::Failed),
            Err(RecvTimeoutError::Timeout) => {
                self.is_late = true;
                Err(Fault::Slow)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Fault::Gone),
        };
        allowance.spend(started.elapsed(), self.is_late);
        answer
    }
}
