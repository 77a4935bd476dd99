//! Owns what this crate says about itself while the program runs.

use std::fmt::Display;

/// Warns, through `tracing` or, without a subscriber, on stderr.
pub(crate) fn warn(text: impl Display) {
    if tracing::dispatcher::has_been_set() {
        tracing::warn!(target: "llm_trace", "{text}");
    } else {
        #[expect(
            clippy::print_stderr,
            reason = "a program without a subscriber hears it here only"
        )]
        {
            eprintln!("llm-trace: {text}");
        }
    }
}
