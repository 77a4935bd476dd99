//! Owns [`conformance`]: what was captured, ours or another library's, against the conventions.

mod known;
mod metrics;
mod spans;
mod table;

use std::fmt;

use super::capture::Capture;

/// What the conventions find wrong with captured telemetry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Conformance {
    findings: Vec<Finding>,
    spans: usize,
    metrics: usize,
}

/// Something that is not as the conventions have it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the span or metric.
    pub at: String,
    /// What is wrong, and what should be.
    pub message: String,
}

/// Checks everything captured so far: of spans with a `gen_ai.operation.name` the name, the kind,
/// the status and the attributes that have to be there, of all spans the keys and types of
/// `gen_ai.*` and `llm_trace.*` attributes, and of metrics the instrument, the unit, the buckets
/// and the attributes.
///
/// ```
/// use llm_trace::testing::{capture, conformance};
///
/// let capture = capture();
/// let span = || tracing::info_span!("chat", llm_trace.outcome = "ok", gen_ai.system = "openai");
/// capture.run(|| span().in_scope(|| ()));
///
/// let report = conformance(&capture);
/// assert_eq!(
///     report.to_string(),
///     "1 span and 0 metrics: 1 finding\n\
///      chat: `gen_ai.system` is deprecated; its successor is `gen_ai.provider.name`\n",
/// );
/// ```
#[must_use]
pub fn conformance(capture: &Capture) -> Conformance {
    let (spans, metrics) = (capture.spans(), capture.metrics());
    let mut findings: Vec<Finding> = Vec::new();
    for span in &spans {
        let say = |message| Finding { at: span.name().to_owned(), message };
        findings.extend(spans::check(span).into_iter().map(say));
    }
    for metric in &metrics {
        let say = |message| Finding { at: metric.name.clone(), message };
        findings.extend(metrics::check(metric).into_iter().map(say));
    }
    // The same call made often is one thing to mend.
    findings.sort();
    findings.dedup();
    Conformance { findings, spans: spans.len(), metrics: metrics.len() }
}

impl Conformance {
    /// Returns whether nothing was found.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns what was found, each thing once.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, what: &str| {
            format!("{count} {what}{}", if count == 1 { "" } else { "s" })
        };
        let (spans, metrics) = (counted(self.spans, "span"), counted(self.metrics, "metric"));
        writeln!(f, "{spans} and {metrics}: {}", counted(self.findings.len(), "finding"))?;
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}
