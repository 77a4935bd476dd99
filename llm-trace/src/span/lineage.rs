//! Owns who is below whom: a call finds the call above it, and what it used is added up there.
//!
//! On one task the call above is the one that is current. A task that was spawned with the span of
//! a call (`tracing::Instrument`) finds that call through the span, in the subscriber's registry.

use std::sync::Arc;

use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan;

use super::Shared;

/// A call, kept with its span in the registry.
struct Kept(Arc<Shared>);

/// Keeps a call with its span.
pub(super) fn keep(span: &tracing::Span, shared: &Arc<Shared>) {
    span.with_subscriber(|(id, subscriber)| {
        if let Some(span) = subscriber.downcast_ref::<Registry>().and_then(|spans| spans.span(id)) {
            span.extensions_mut().insert(Kept(shared.clone()));
        }
    });
}

/// Returns the call whose span is the nearest one around the current span.
pub(super) fn around() -> Option<Arc<Shared>> {
    tracing::dispatcher::get_default(|subscriber: &Dispatch| {
        let registry = subscriber.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        let span = registry.span(current.id()?)?;
        span.scope().find_map(|span| {
            let extensions = span.extensions();
            extensions.get::<Kept>().map(|kept| kept.0.clone())
        })
    })
}
