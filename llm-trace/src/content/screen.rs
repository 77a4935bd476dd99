//! Owns what passes the gate on the thread of the call, because a provider of the program's own may
//! export it without: attributes of our measurements, and captured content and error texts where spans go
//! to such a tracer provider, or events to such a logger provider.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::KeyValue;
use serde_json::Value;

use super::Capture;

/// Content by the attributes of the conventions, and how it is captured.
pub(crate) type Said = Vec<(&'static str, Value)>;

/// Holds what a call says to what may leave.
pub(crate) trait Screen: Send + Sync {
    /// Holds the attributes of a measurement to what may leave.
    fn measured(&self, attributes: &mut Vec<KeyValue>);

    /// Holds content to what may leave, and returns how much of it was hidden.
    fn content(&self, said: &mut Said, capture: Capture) -> i64;

    /// Returns what may leave of the text of an error.
    fn error(&self, text: String) -> String;
}

static SCREEN: RwLock<Option<Arc<dyn Screen>>> = RwLock::new(None);

/// Whether the spans of calls go to a tracer provider of ours, and events past the logger provider of
/// ours.
static SPANS_ARE_OURS: AtomicBool = AtomicBool::new(false);
static EVENTS_ARE_THEIRS: AtomicBool = AtomicBool::new(false);

/// Sets what is passed where the gate may not stand behind.
pub(crate) fn install(screen: Arc<dyn Screen>) {
    *SCREEN.write().unwrap_or_else(PoisonError::into_inner) = Some(screen);
}

/// Says that the gate stands behind the spans of calls.
pub(crate) fn spans_are_ours() {
    SPANS_ARE_OURS.store(true, Ordering::Relaxed);
}

/// Says that events go where the gate may not stand.
pub(crate) fn events_are_theirs() {
    EVENTS_ARE_THEIRS.store(true, Ordering::Relaxed);
}

/// Holds content to what may leave, and returns how much of it was hidden.
pub(crate) fn hold(said: &mut Said, capture: Capture) -> i64 {
    in_the_way().map_or(0, |screen| screen.content(said, capture))
}

/// Returns what may leave of the text of an error.
pub(crate) fn hold_error(text: String) -> String {
    match in_the_way() {
        Some(screen) => screen.error(text),
        None => text,
    }
}

/// Returns the screen, if spans or events go where the gate may not stand.
fn in_the_way() -> Option<Arc<dyn Screen>> {
    let is_gated =
        SPANS_ARE_OURS.load(Ordering::Relaxed) && !EVENTS_ARE_THEIRS.load(Ordering::Relaxed);
    if is_gated { None } else { installed() }
}

/// Returns the screen, if there is one.
pub(crate) fn installed() -> Option<Arc<dyn Screen>> {
    SCREEN.read().unwrap_or_else(PoisonError::into_inner).clone()
}
