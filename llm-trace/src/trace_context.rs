//! Owns [`TraceContext`]: where in a trace a call is, as something to keep.
//!
//! It comes back as the parent of a later call, as a link, or as what an evaluation is of.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where in a trace a call is: its trace id, its span id, and whether the trace is sampled.
///
/// As text, and as what `serde` writes, it is a W3C `traceparent`: a string of 55 characters that
/// fits in a column of a database. What the trace's `tracestate` says stays with the value and is
/// not written.
///
/// ```
/// use llm_trace::TraceContext;
///
/// let stored = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let context: TraceContext = stored.parse()?;
/// assert_eq!(context.to_string(), stored);
/// assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert!(context.is_sampled());
/// # Ok::<(), llm_trace::TraceContextError>(())
/// ```
#[derive(Clone)]
pub struct TraceContext(SpanContext);

/// A text is no W3C `traceparent`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "this is no `traceparent`, as in `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`"
)]
pub struct TraceContextError(());

impl TraceContext {
    /// Takes over a span context; `None` if it is that of no span.
    #[must_use]
    pub fn new(context: &SpanContext) -> Option<Self> {
        context.is_valid().then(|| Self(context.clone()))
    }

    /// Returns that of the span that is current, whoever made it; `None` outside of any.
    ///
    /// That of an annotated function is `llm_trace::current().trace_context()`.
    #[must_use]
    pub fn current() -> Option<Self> {
        Context::map_current(|context| Self::new(context.span().span_context()))
    }

    /// Returns the id of the trace.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.0.trace_id()
    }

    /// Returns the id of the span.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.0.span_id()
    }

    /// Returns whether the trace is sampled. Without it there may be nothing to look up.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.0.is_sampled()
    }

    /// Returns the same as OpenTelemetry has it, as that of a span which is not of this process.
    #[must_use]
    pub fn span_context(&self) -> SpanContext {
        let Self(own) = self;
        let state = own.trace_state().clone();
        SpanContext::new(own.trace_id(), own.span_id(), own.trace_flags(), true, state)
    }
}

impl PartialEq for TraceContext {
    fn eq(&self, other: &Self) -> bool {
        let ids = |Self(own): &Self| (own.trace_id(), own.span_id(), own.is_sampled());
        ids(self) == ids(other)
    }
}

impl Eq for TraceContext {}

impl Hash for TraceContext {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.span_id().hash(hasher);
        self.trace_id().hash(hasher);
    }
}

/// The W3C `traceparent`.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.is_sampled());
        write!(f, "00-{}-{}-{flags:02x}", self.trace_id(), self.span_id())
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

impl FromStr for TraceContext {
    type Err = TraceContextError;

    fn from_str(text: &str) -> Result<Self, TraceContextError> {
        parse(text).and_then(|context| Self::new(&context)).ok_or(TraceContextError(()))
    }
}

/// Reads as the specification asks: a later version may have more fields, this one has four.
fn parse(text: &str) -> Option<SpanContext> {
    let mut fields = text.trim().split('-');
    let version = hexadecimal(fields.next()?, 2)?;
    let trace_id = TraceId::from_hex(hexadecimal(fields.next()?, 32)?).ok()?;
    let span_id = SpanId::from_hex(hexadecimal(fields.next()?, 16)?).ok()?;
    let flags = u8::from_str_radix(hexadecimal(fields.next()?, 2)?, 16).ok()?;
    let is_known = version != "ff" && (version != "00" || fields.next().is_none());
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    is_known.then(|| SpanContext::new(trace_id, span_id, flags, true, TraceState::default()))
}

fn hexadecimal(field: &str, digits: usize) -> Option<&str> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (field.len() == digits && field.bytes().all(is_digit)).then_some(field)
}

impl Serialize for TraceContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = TraceContext;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a W3C `traceparent`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<TraceContext, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The trace context of something: one, none, or several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `TraceContext`",
    label = "a `TraceContext` was expected here, an `Option` of one, or for `links` a list of them",
    note = "parse a stored one, as in `text.parse::<llm_trace::TraceContext>()`"
)]
pub trait TraceContexts {
    /// Visits each.
    fn each(&self, visit: &mut dyn FnMut(&TraceContext));
}

impl TraceContexts for TraceContext {
    fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
        visit(self);
    }
}

impl<T: TraceContexts> TraceContexts for Option<T> {
    fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
        if let Some(context) = self {
            context.each(visit);
        }
    }
}

impl<T: TraceContexts> TraceContexts for [T] {
    fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
        for context in self {
            context.each(visit);
        }
    }
}

impl<T: TraceContexts, const N: usize> TraceContexts for [T; N] {
    fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
        self.as_slice().each(visit);
    }
}

impl<T: TraceContexts> TraceContexts for Vec<T> {
    fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
        self.as_slice().each(visit);
    }
}

macro_rules! look_through {
    ($($pointer:ty),*) => {
        $(
            impl<T: TraceContexts + ?Sized> TraceContexts for $pointer {
                fn each(&self, visit: &mut dyn FnMut(&TraceContext)) {
                    (**self).each(visit);
                }
            }
        )*
    };
}

look_through!(&T, Box<T>, Rc<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_was_written_is_read_again() {
        let context: TraceContext = STORED.parse().unwrap();
        let json = serde_json::to_string(&context).unwrap();

        assert_eq!(json, format!("\"{STORED}\""));
        assert_eq!(serde_json::from_str::<TraceContext>(&json).unwrap(), context);
        assert_eq!(serde_json::from_value::<TraceContext>(STORED.into()).unwrap(), context);
        assert!(context.span_context().is_remote());
        let unsampled: TraceContext = STORED.replace("-01", "-00").parse().unwrap();
        assert!(!unsampled.is_sampled() && unsampled != context);
    }

    #[test]
    fn a_text_is_read_as_the_specification_says() {
        for (text, is_read) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<TraceContext>().is_ok(), is_read, "{text}");
        }
    }
}
