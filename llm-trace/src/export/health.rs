//! Owns whether a signal gets through, and the one warning when it does not.

#[cfg(feature = "otlp-http")]
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use crate::export::notice;

/// What was said of failures that still last, so that two signals do not say the same twice.
pub(super) type Said = Arc<Mutex<Vec<String>>>;

/// The health of one signal's exports.
#[derive(Debug)]
pub(super) struct Health {
    url: String,
    said: Said,
    /// Why the last attempt got no answer; the HTTP exporter itself says "network error" only.
    unanswered: Mutex<Option<String>>,
    /// Why the last export failed.
    failure: Mutex<Option<String>>,
}

impl Health {
    pub(super) fn new(url: &str, said: Said) -> Self {
        let (unanswered, failure) = (Mutex::default(), Mutex::default());
        Self { url: url.to_owned(), said, unanswered, failure }
    }

    /// Returns why the last export failed, if it did.
    pub(super) fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    /// Takes note of an attempt that got no answer.
    #[cfg(feature = "otlp-http")]
    pub(super) fn unanswered(&self, error: &(dyn Error + 'static)) {
        *lock(&self.unanswered) = Some(root_cause(error).to_string());
    }

    /// Takes note of an export; the first of several failures is said.
    pub(super) fn exported(&self, result: &OTelSdkResult) {
        let unanswered = lock(&self.unanswered).take();
        match result {
            Ok(()) => {
                if lock(&self.failure).take().is_some() {
                    lock(&self.said).clear();
                }
            }
            Err(error) => self.failed(unanswered, error),
        }
    }

    fn failed(&self, unanswered: Option<String>, error: &OTelSdkError) {
        let failure = match (unanswered, error) {
            (Some(reason), _) => format!("{}: {reason}", self.origin()),
            (None, OTelSdkError::Timeout(_)) => format!("{}: no answer in time", self.origin()),
            (None, OTelSdkError::InternalFailure(text)) => {
                let reason = text.split_once("failed with ").map_or(&**text, |(_, reason)| reason);
                format!("{}: {reason}", self.url)
            }
            (None, error) => format!("{}: {error}", self.url),
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

#[cfg(feature = "otlp-http")]
fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    error.source().map_or(error, root_cause)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[cfg(feature = "otlp-http")]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::{Error, Health, Mutex, OTelSdkError, Said};

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

    #[test]
    fn a_failure_is_said_again_only_after_a_success() {
        let health = Health::new("http://a:1/v1/traces", Said::default());
        let late = || health.exported(&Err(OTelSdkError::Timeout(Duration::ZERO)));

        let first = warnings(|| (0..3).for_each(|_| late()));
        let second = warnings(|| {
            health.exported(&Ok(()));
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
        let refused: Box<dyn Error> = io::Error::other("refused").into();
        let status =
            OTelSdkError::InternalFailure("HTTP export failed with status code: 404".to_owned());

        let warnings = warnings(|| {
            for health in [&traces, &metrics] {
                health.unanswered(&*refused);
                health.exported(&Err(OTelSdkError::InternalFailure("network error".to_owned())));
            }
            metrics.exported(&Ok(()));
            metrics.exported(&Err(status));
        });

        let expected = ["http://a: refused", "http://a/v1/metrics: status code: 404"];
        assert_eq!(warnings.len(), expected.len(), "{warnings:?}");
        for (warning, expected) in warnings.iter().zip(expected) {
            assert!(warning.ends_with(expected), "{warning}");
        }
    }
}
