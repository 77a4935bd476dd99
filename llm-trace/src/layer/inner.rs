//! Owns [`InnerSpans`]: whether what another library traces inside an annotated function is exported.

use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::is_foreign;
use crate::semconv;
use crate::span::is_inside;

/// What becomes of the spans of model calls that another library makes inside annotated functions.
///
/// ```no_run
/// use llm_trace::{Builder, InnerSpans};
///
/// let _guard = Builder::new().with_inner_spans(InnerSpans::Hidden).install()?;
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum InnerSpans {
    /// They are exported, with what each call used and cost; annotated functions carry the totals.
    #[default]
    Shown,
    /// They are not exported. The span of the innermost annotated function carries what they used
    /// and cost, and why the last one ended. Spans of tools stay, and everything outside of
    /// annotated functions does.
    Hidden,
}

/// Returns whether a span that would start now is one that is hidden.
pub(crate) fn is_hidden<S>(metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    may_be_hidden(metadata) && is_inside(context.lookup_current().as_ref())
}

/// Returns whether the spans of a callsite may be hidden.
pub(crate) fn may_be_hidden(metadata: &Metadata<'_>) -> bool {
    is_foreign(metadata) && metadata.fields().field(semconv::TOOL_NAME).is_none()
}
