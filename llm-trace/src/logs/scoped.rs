//! Owns [`Scoped`]: a logger that belongs to a subscriber, as `metrics::Scoped` is its meter.

use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::logs::LoggerProvider;
use opentelemetry::trace::SpanContext;
use tracing::Dispatch;

use super::{Event, Sink};

/// How many there are.
static LIVING: AtomicUsize = AtomicUsize::new(0);

/// The logger of a subscriber, which finds it as one of its layers.
pub(crate) struct Scoped(Sink);

impl Scoped {
    pub(crate) fn new<P>(provider: &P) -> Self
    where
        P: LoggerProvider<Logger: Send + Sync + 'static>,
    {
        LIVING.fetch_add(1, Ordering::Relaxed);
        Self(super::sink(provider))
    }
}

impl Drop for Scoped {
    fn drop(&mut self) {
        LIVING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns whether the current subscriber has a logger of its own.
pub(super) fn is_current() -> bool {
    current().is_some_and(|current| current.is::<Scoped>())
}

/// Emits an event, if the current subscriber has a logger of its own, or returns it.
pub(super) fn emit(event: Event, span: Option<&SpanContext>) -> Option<Event> {
    let current = current();
    match current.as_ref().and_then(Dispatch::downcast_ref::<Scoped>) {
        Some(scoped) => {
            scoped.0.emit(event, span);
            None
        }
        None => Some(event),
    }
}

/// A clone, because nothing can be traced while the current subscriber is borrowed.
fn current() -> Option<Dispatch> {
    (LIVING.load(Ordering::Relaxed) > 0).then(|| tracing::dispatcher::get_default(Dispatch::clone))
}
