//! Owns [`Outcome`]: how a call ended.

/// How a call ended, as `llm_trace.outcome` says it.
///
/// ```
/// use llm_trace::Outcome;
///
/// assert_eq!(Outcome::Cancelled.as_str(), "cancelled");
/// assert!(Outcome::Cancelled.is_failure() && !Outcome::Ok.is_failure());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The function returned, and what it returned is not an `Err`. Span status: unset.
    #[default]
    Ok,
    /// The function returned an `Err`. Span status: error.
    Error,
    /// The function panicked. Span status: error, `error.type` is `panic`.
    Panic,
    /// The future was dropped before it was ready. Span status: error, `error.type` is `cancelled`.
    Cancelled,
    /// A stream was dropped before its end. Span status: unset.
    Abandoned,
}

impl Outcome {
    /// Returns the value of `llm_trace.outcome`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancelled => "cancelled",
            Self::Abandoned => "abandoned",
        }
    }

    /// Returns whether the span status is error and `error.type` is set.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Error | Self::Panic | Self::Cancelled)
    }
}
