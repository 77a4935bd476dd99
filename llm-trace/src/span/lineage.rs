//! Owns who is below whom: a call finds the call above it, and what it used is added up there.
//!
//! On one task the call above is the one that is current. A task that was spawned with the span of
//! a call (`tracing::Instrument`) finds that call through the span, in the subscriber's registry.
//! So does everything inside a span of another library that is a call itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::{Shared, foreign, handle};

/// How many calls are kept with a span. While there is none, no span has to be looked at.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// A call, kept with its span in the registry.
struct Kept(Arc<Shared>);

impl Kept {
    fn new(shared: &Arc<Shared>) -> Self {
        KEPT.fetch_add(1, Ordering::Relaxed);
        Self(shared.clone())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps a call with its span.
pub(super) fn keep(span: &tracing::Span, shared: &Arc<Shared>) {
    span.with_subscriber(|(id, subscriber)| {
        if let Some(span) = subscriber.downcast_ref::<Registry>().and_then(|spans| spans.span(id)) {
            keep_with(&span, shared);
        }
    });
}

pub(super) fn keep_with<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, shared: &Arc<Shared>) {
    span.extensions_mut().insert(Kept::new(shared));
}

/// Returns the call above one that starts now.
pub(super) fn above() -> Option<Arc<Shared>> {
    let innermost = handle::innermost();
    if foreign::is_any_open() {
        return closest(innermost, around());
    }
    innermost.or_else(around)
}

/// Returns the call whose span is the nearest one around the current span.
pub(super) fn around() -> Option<Arc<Shared>> {
    if KEPT.load(Ordering::Relaxed) == 0 {
        return None;
    }
    tracing::dispatcher::get_default(|subscriber: &Dispatch| {
        let registry = subscriber.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        kept_around(&registry.span(current.id()?)?)
    })
}

/// Returns the call that is kept with a span, or with the nearest one around it.
pub(super) fn kept_around<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Option<Arc<Shared>> {
    span.scope().find_map(|span| {
        let extensions = span.extensions();
        extensions.get::<Kept>().map(|kept| kept.0.clone())
    })
}

/// Returns the inner one of two calls that something is inside of: the one that is current on the
/// thread, which may have no span that it is kept with, and the one that the spans around say.
pub(super) fn closest(
    innermost: Option<Arc<Shared>>,
    around: Option<Arc<Shared>>,
) -> Option<Arc<Shared>> {
    let (Some(innermost), Some(around)) = (&innermost, &around) else {
        return innermost.or(around);
    };
    let is_inside = Arc::ptr_eq(innermost, around)
        || innermost.ancestors().any(|call| Arc::ptr_eq(call, around));
    Some(if is_inside { innermost.clone() } else { around.clone() })
}
