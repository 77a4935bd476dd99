//! What captured content and error texts pass on the thread of the call, where the gate may not stand
//! behind it: spans go to a tracer provider of the program's own, or events to its logger provider.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::Capture;

/// Content by the attributes of the conventions, and how it is captured.
pub(crate) type Said = Vec<(&'static str, Value)>;

/// Holds content to what may leave.
pub(crate) trait Screen: Send + Sync {
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

/// Sets what content passes, if the gate may not stand behind it.
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
    current().map_or(0, |screen| screen.content(said, capture))
}

/// Returns what may leave of the text of an error.
pub(crate) fn hold_error(text: String) -> String {
    match current() {
        Some(screen) => screen.error(text),
        None => text,
    }
}

fn current() -> Option<Arc<dyn Screen>> {
    if SPANS_ARE_OURS.load(Ordering::Relaxed) && !EVENTS_ARE_THEIRS.load(Ordering::Relaxed) {
        return None;
    }
    SCREEN.read().unwrap_or_else(PoisonError::into_inner).clone()
}
