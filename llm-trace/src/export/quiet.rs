//! Owns which threads export: what happens there is no telemetry, or each export would make another.
//!
//! The context of OpenTelemetry says so, too, and is lost inside a span without a parent, such as that of
//! a connection in `h2`.

use std::cell::Cell;

use opentelemetry::Context;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Makes this a thread that exports, until it ends.
pub(super) fn keep_quiet() {
    IS_QUIET.set(true);
    std::mem::forget(Context::enter_telemetry_suppressed_scope());
}

/// Returns whether this thread exports.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.get()
}
