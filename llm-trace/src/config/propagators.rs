//! Owns what crosses process boundaries.

use super::InitError;
use super::env::{Env, wrong};

/// What a propagator carries to other services, and takes from them, by `Builder::with_propagators`
/// or `OTEL_PROPAGATORS`. Both are on by default.
///
/// Governed by the W3C recommendations *Trace Context* and *Baggage*.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Propagator {
    /// W3C baggage: what the program says of the whole trace.
    Baggage,
    /// W3C trace context: which trace and which span this is.
    TraceContext,
}

/// Which there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Propagators {
    pub(crate) trace_context: bool,
    pub(crate) baggage: bool,
}

impl Propagators {
    pub(super) fn read(said: Option<&[Propagator]>, env: &Env<'_>) -> Result<Self, InitError> {
        const NAME: &str = "OTEL_PROPAGATORS";
        if let Some(said) = said {
            let [trace_context, baggage] =
                [Propagator::TraceContext, Propagator::Baggage].map(|it| said.contains(&it));
            return Ok(Self { trace_context, baggage });
        }
        let Some(words) = env.words(NAME) else {
            return Ok(Self { trace_context: true, baggage: true });
        };
        let mut propagators = Self { trace_context: false, baggage: false };
        for word in words {
            match word.as_str() {
                "tracecontext" => propagators.trace_context = true,
                "baggage" => propagators.baggage = true,
                "none" | "" => {}
                _ => return Err(wrong(NAME, word, "`tracecontext`, `baggage` or `none`")),
            }
        }
        Ok(propagators)
    }
}
