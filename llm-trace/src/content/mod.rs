//! Owns what of the content of calls may leave: [`Capture`], and the process-wide choice.
//!
//! Content is read on the thread of the call, within limits, and waits as it is; the gate in
//! `export` redacts and cuts it on the exporting thread.

use std::sync::atomic::{AtomicU8, Ordering};

/// How much of prompts, answers and tool calls leaves the process.
///
/// ```
/// use llm_trace::{Builder, Capture};
///
/// let parts = Builder::new().with_capture(Capture::Redacted).build()?;
/// parts.guard.shutdown().unwrap();
/// assert!(Capture::Off < Capture::Redacted && Capture::Redacted < Capture::Full);
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Capture {
    /// Nothing: lengths and keyed hashes stand in for it.
    #[default]
    Off,
    /// All of it but secrets and personal data, which the redactor hides.
    Redacted,
    /// All of it, as it is.
    Full,
}

/// Which signals carry content, where it is captured.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ContentOn {
    /// Attributes of the span, as JSON text.
    #[default]
    Spans,
    /// The log event `gen_ai.client.inference.operation.details`, structured.
    Events,
    /// Both.
    SpansAndEvents,
}

/// The choice of the process: a [`Capture`] in the low bits, and above it where content goes.
static CHOICE: AtomicU8 = AtomicU8::new(0);

const ON_SPANS: u8 = 4;
const ON_EVENTS: u8 = 8;

impl Capture {
    /// Returns the name by which attributes and variables call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Redacted => "redacted",
            Self::Full => "full",
        }
    }

    /// Returns the choice of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Off, Self::Redacted, Self::Full].into_iter().find(|it| it.as_str() == name)
    }

    /// Makes this the choice of the process.
    pub(crate) fn install(self, on: ContentOn) {
        let mode = match self {
            Self::Off => 0,
            Self::Redacted => 1,
            Self::Full => 2,
        };
        let place = match on {
            ContentOn::Spans => ON_SPANS,
            ContentOn::Events => ON_EVENTS,
            ContentOn::SpansAndEvents => ON_SPANS | ON_EVENTS,
        };
        CHOICE.store(mode | place, Ordering::Relaxed);
    }
}
