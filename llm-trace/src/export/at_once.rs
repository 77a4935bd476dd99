//! Flushes and ends several processors at the same time, so that one that hangs takes no time from the
//! others.

use std::thread;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

/// Runs a job on each, and returns the first failure.
pub(super) fn at_once<T: Sync + ?Sized>(
    all: &[Box<T>],
    job: impl Fn(&T) -> OTelSdkResult + Sync,
) -> OTelSdkResult {
    let Some((last, others)) = all.split_last() else { return Ok(()) };
    let job = &job;
    thread::scope(|scope| {
        let run = |it| {
            let named = thread::Builder::new().name("llm-trace-flush".to_owned());
            (it, named.spawn_scoped(scope, move || job(it)))
        };
        let running: Vec<_> = others.iter().map(|it| run(&**it)).collect();
        let last = job(last);
        let results = running.into_iter().map(|(it, thread)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| {
                Err(OTelSdkError::InternalFailure("a processor panicked".to_owned()))
            }),
            // One after the other is better than not at all.
            Err(_) => job(it),
        });
        results.fold(Ok(()), Result::and).and(last)
    })
}
