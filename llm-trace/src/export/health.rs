//! Owns whether a signal gets through, and the one warning when it does not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answer::{Reason, in_short};
use super::notice;

/// What was said of failures that still last, so that two signals do not say the same twice.
pub(super) type Said = Arc<Mutex<Vec<String>>>;

/// The health of one signal's exports.
#[derive(Debug)]
pub(super) struct Health {
    url: String,
    said: Said,
    /// Why the last export failed.
    failure: Mutex<Option<String>>,
    is_partial_said: AtomicBool,
}

impl Health {
    pub(super) fn new(url: &str, said: Said) -> Self {
        let (failure, is_partial_said) = (Mutex::default(), AtomicBool::new(false));
        Self { url: url.to_owned(), said, failure, is_partial_said }
    }

    /// Returns why the last export failed, if it did.
    pub(super) fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    /// Takes note that the receiver took something.
    pub(super) fn well(&self) {
        if lock(&self.failure).take().is_some() {
            lock(&self.said).clear();
        }
    }

    /// Takes note of a failure; the first of several is said.
    pub(super) fn failed(&self, reason: &Reason) {
        self.say(reason, "");
    }

    /// Takes note that the receiver does not know the signal.
    pub(super) fn unknown(&self, reason: &Reason, pause: Duration) {
        let minutes = pause.as_secs() / 60;
        self.say(reason, &format!("; it is left alone for {minutes} minutes"));
    }

    /// Says, once, that some of what was taken was rejected, or what else the receiver has to say.
    pub(super) fn partly(&self, rejected: i64, message: &str) {
        let is_news = rejected > 0 || !message.is_empty();
        if is_news && !self.is_partial_said.swap(true, Ordering::Relaxed) {
            let (url, message) = (&self.url, in_short(message));
            notice::warn(format_args!(
                "{url} took a request but {rejected} items of it: {message}"
            ));
        }
    }

    fn say(&self, reason: &Reason, consequence: &str) {
        let failure = match reason {
            Reason::Answered(reason) => format!("{}: {reason}{consequence}", self.url),
            Reason::Unanswered(reason) => format!("{}: {reason}", self.origin()),
        };
        let is_first = lock(&self.failure).replace(failure.clone()).is_none();
        let mut said = lock(&self.said);
        if is_first && !said.contains(&failure) {
            notice::warn(format_args!("telemetry is not exported to {failure}"));
            said.push(failure);
        }
    }

    /// Returns the URL without its path: a receiver that does not answer does so for all signals.
    fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url[host..].find('/').map_or(self.url.len(), |at| host + at);
        &self.url[..end]
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Duration, Health, Mutex, Reason, Said};

    /// Returns the warnings that `body` gives.
    fn warnings(body: impl FnOnce()) -> Vec<String> {
        let (reader, writer) = io::pipe().unwrap();
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_ansi(false)
            .with_writer(Mutex::new(writer))
            .finish();
        tracing::subscriber::with_default(subscriber, body);
        let text = io::read_to_string(reader).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn unanswered(reason: &str) -> Reason {
        Reason::Unanswered(reason.to_owned())
    }

    #[test]
    fn a_failure_is_said_again_only_after_a_success() {
        let health = Health::new("http://a:1/v1/traces", Said::default());
        let late = || health.failed(&unanswered("no answer in time"));

        let first = warnings(|| (0..3).for_each(|_| late()));
        let second = warnings(|| {
            health.well();
            late();
        });

        assert_eq!(first.len(), 1, "{first:?}");
        assert!(first[0].ends_with("telemetry is not exported to http://a:1: no answer in time"));
        assert_eq!(first, second);
        assert_eq!(health.failure().unwrap(), "http://a:1: no answer in time");
    }

    #[test]
    fn two_signals_say_the_same_failure_once_and_different_ones_each() {
        let said = Said::default();
        let traces = Health::new("http://a/v1/traces", said.clone());
        let metrics = Health::new("http://a/v1/metrics", said);

        let warnings = warnings(|| {
            for health in [&traces, &metrics] {
                health.failed(&unanswered("refused"));
            }
            metrics.well();
            let reason = Reason::Answered("status code: 404".to_owned());
            metrics.unknown(&reason, Duration::from_secs(120));
        });

        let expected = [
            "http://a: refused",
            "http://a/v1/metrics: status code: 404; it is left alone for 2 minutes",
        ];
        assert_eq!(warnings.len(), expected.len(), "{warnings:?}");
        for (warning, expected) in warnings.iter().zip(expected) {
            assert!(warning.ends_with(expected), "{warning}");
        }
    }

    #[test]
    fn partial_success_is_said_once() {
        let health = Health::new("http://a/v1/traces", Said::default());

        let warnings = warnings(|| {
            health.partly(0, "");
            for _ in 0..3 {
                health.partly(2, "too old\nat line 2");
            }
        });

        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let expected = "http://a/v1/traces took a request but 2 items of it: too old";
        assert!(warnings[0].ends_with(expected), "{warnings:?}");
    }
}
