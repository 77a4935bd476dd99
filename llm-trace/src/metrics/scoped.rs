//! Owns [`Scoped`]: a meter provider that belongs to a subscriber, so that tests which run at the
//! same time measure apart. The global one is not asked while such a subscriber is current.

use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::Dispatch;

use super::{Metrics, Provider};
use crate::record::Record;

/// How many there are: without any, a call pays for one load.
static LIVING: AtomicUsize = AtomicUsize::new(0);

/// The metrics of a subscriber, which finds them as one of its layers.
pub(crate) struct Scoped(Metrics);

impl Scoped {
    pub(crate) fn new(provider: Provider) -> Self {
        LIVING.fetch_add(1, Ordering::Relaxed);
        Self(Metrics::new(provider))
    }
}

impl Drop for Scoped {
    fn drop(&mut self) {
        LIVING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns whether the current subscriber has metrics of its own.
pub(super) fn is_current() -> bool {
    current().is_some_and(|current| current.is::<Scoped>())
}

/// Records one call, if the current subscriber has metrics of its own.
pub(super) fn record(record: &Record) -> bool {
    let current = current();
    let scoped = current.as_ref().and_then(Dispatch::downcast_ref::<Scoped>);
    scoped.inspect(|scoped| scoped.0.record(record)).is_some()
}

/// Records one call, if a subscriber has metrics of its own.
pub(super) fn record_in(subscriber: &Dispatch, record: &Record) -> bool {
    let scoped = subscriber.downcast_ref::<Scoped>();
    scoped.inspect(|scoped| scoped.0.record(record)).is_some()
}

/// A clone, because nothing can be traced while the current subscriber is borrowed.
fn current() -> Option<Dispatch> {
    (LIVING.load(Ordering::Relaxed) > 0).then(|| tracing::dispatcher::get_default(Dispatch::clone))
}
