#![doc = include_str!("testing.md")]

mod capture;
#[cfg(feature = "catalog")]
pub(crate) mod catalog;
mod collect;
mod conformance;
mod leak;
mod log;
mod metric;
#[cfg(not(feature = "catalog"))]
mod no_catalog;
mod scope;
mod shape;
mod span;
mod tree;

pub use capture::{Capture, capture, capture_fixed};
#[cfg(feature = "catalog")]
pub use catalog::{CatalogEntry, CatalogUnsupported, assert_span_catalog, span_catalog};
pub use conformance::{Conformance, Finding, conformance};
pub use leak::{Leak, leaks};
pub use log::CapturedLog;
pub use metric::{CapturedMetric, Instrument, Point};
pub use scope::{Entered, InScope};
pub use shape::Mismatch;
pub use span::CapturedSpan;
pub use tree::{Branch, SpanTree};

/// Compares what was captured with a drawn tree, and panics with both side by side.
///
/// The notation is explained in [`testing`](crate::testing#the-notation).
///
/// ```
/// use llm_trace::{assert_trace, llm_span, testing::capture};
///
/// #[llm_span(tool = "add")]
/// fn add(left: i64, right: i64) -> i64 {
///     left + right
/// }
///
/// let capture = capture();
/// capture.run(|| add(1, 2));
/// assert_trace!(capture, "execute_tool add {outcome = ok, < 1s}");
/// ```
#[macro_export]
macro_rules! assert_trace {
    ($capture:expr, $drawn:expr $(,)?) => {
        if let ::core::result::Result::Err(mismatch) = $capture.tree().compare($drawn) {
            ::core::panic!("{mismatch}");
        }
    };
}

/// Checks what was captured against the conventions, and panics with every finding.
///
/// ```
/// use llm_trace::{assert_conformant, llm_span, testing::capture};
///
/// #[llm_span(tool = "add")]
/// fn add(left: i64, right: i64) -> i64 {
///     left + right
/// }
///
/// let capture = capture();
/// capture.run(|| add(1, 2));
/// assert_conformant!(capture);
/// ```
#[macro_export]
macro_rules! assert_conformant {
    ($capture:expr $(,)?) => {
        let report = $crate::testing::conformance(&$capture);
        ::core::assert!(report.is_conformant(), "{report}");
    };
}

/// Checks that none of the planted texts would leave, and panics with every place where one does.
///
/// Plant a text of which there is no other in a prompt, an answer or an error, and run the code: spans,
/// events, links, log records and metrics are searched, names, keys and values, after they have passed
/// the gate as they would in a program. [`leaks`](crate::testing::leaks) returns what it finds.
///
/// ```
/// use llm_trace::{assert_no_leak, llm_span, testing::capture};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// fn chat(prompt: &str) -> Result<String, std::io::Error> {
///     Err(std::io::Error::other(format!("cannot say: {prompt}")))
/// }
///
/// let capture = capture();
/// let prompt = "canary-71c2";
/// capture.run(|| chat(prompt)).unwrap_err();
/// assert_no_leak!(capture, prompt, "cannot say");
/// ```
#[macro_export]
macro_rules! assert_no_leak {
    ($capture:expr, $($canary:expr),+ $(,)?) => {
        let leaks = $crate::testing::leaks(&$capture, &[$(::core::convert::AsRef::<str>::as_ref(&$canary)),+]);
        ::core::assert!(
            leaks.is_empty(),
            "{}",
            leaks.iter().map(::std::string::ToString::to_string).collect::<::std::vec::Vec<_>>().join("\n")
        );
    };
}
