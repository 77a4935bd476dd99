//! Owns what of the content of calls may leave: [`Capture`], and the process-wide choice.
//!
//! Content is read on the thread of the call, within limits, and waits as it is; the gate in
//! `export` redacts and cuts it on the exporting thread, or on that of the call where it goes to a
//! provider of the program's own: see `screen`.

mod asked;
mod cut;
mod documents;
mod heard;
mod messages;
mod parts;
pub(crate) mod screen;
mod tree;

use std::sync::atomic::{AtomicU8, Ordering};

pub(crate) use asked::Asked;
pub(crate) use cut::cut;
pub(crate) use heard::{Heard, Kind};
pub(crate) use screen::{Said, Screen};
pub(crate) use tree::{Room, tree, withheld};

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
const ERROR_TEXT: u8 = 16;

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

    /// Returns what the process has chosen.
    pub(crate) fn chosen() -> Self {
        match CHOICE.load(Ordering::Relaxed) & 3 {
            0 => Self::Off,
            1 => Self::Redacted,
            _ => Self::Full,
        }
    }

    /// Makes this the choice of the process.
    pub(crate) fn install(self, on: ContentOn, error_text: bool) {
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
        let errors = if error_text { ERROR_TEXT } else { 0 };
        CHOICE.store(mode | place | errors, Ordering::Relaxed);
    }
}

impl ContentOn {
    /// Returns whether spans carry content, if any is captured.
    pub(crate) fn spans() -> bool {
        CHOICE.load(Ordering::Relaxed) & ON_SPANS != 0
    }

    /// Returns whether log events carry content, if any is captured.
    pub(crate) fn events() -> bool {
        CHOICE.load(Ordering::Relaxed) & ON_EVENTS != 0
    }
}

/// Chooses what calls capture, for a program that sets up its own pipeline. Put a
/// [`Gate`](super::Gate) with the same choice before its exporters: what is captured waits there as
/// it is.
///
/// [`init`](super::init()) and [`Parts::set_globals`](super::Parts::set_globals) do this themselves.
///
/// ```
/// use llm_trace::{Capture, ContentOn, set_capture};
///
/// set_capture(Capture::Redacted, ContentOn::Spans);
/// ```
pub fn set_capture(capture: Capture, on: ContentOn) {
    capture.install(on, has_error_text());
}

/// Returns whether the texts of errors are taken.
pub(crate) fn has_error_text() -> bool {
    CHOICE.load(Ordering::Relaxed) & ERROR_TEXT != 0
}
