//! Owns [`Gate`]: the one place that every string passes on its way out, whoever wrote it.
//!
//! `keys` says what a key is, `policy` what happens to its value, `guarded` redacts, with `worker`
//! where code of the user's does, `closed` keeps
//! what is left of what does not leave; `span`, `log` and `metrics` go through the signals, `around` and
//! `labels` through what they have in common, `scraped` through what Prometheus reads, and `gated` stands
//! before an exporter, `processor` before a processor; `by_call` where none can. It runs on the thread that exports; before processors of
//! the program's own on that of the call, where they run.

mod around;
mod by_call;
mod closed;
#[cfg(feature = "__otlp")]
mod exponential;
mod gated;
pub(crate) mod guarded;
mod keys;
mod labels;
mod log;
#[cfg(feature = "__otlp")]
mod metrics;
mod once;
#[cfg(feature = "prometheus")]
mod origins;
mod policy;
mod processor;
#[cfg(feature = "prometheus")]
mod scraped;
mod span;
#[cfg(test)]
mod tests;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;

use crate::content::Capture;
use crate::export::budget::Budget;
use crate::export::stats::Counter;
use crate::redact::{Redactor, Rules};
use crate::semconv;

use closed::{integer, put};
use guarded::Guarded;
use policy::{Place, Policy};
use span::Done;

pub use gated::Gated;
#[cfg(feature = "prometheus")]
pub(crate) use origins::Origins;

/// What every span, event and log record passes before it is exported.
///
/// It holds all libraries to one policy, not only this one. With [`Capture::Off`], the default:
///
/// - attributes that carry content, by the names of the GenAI conventions, `OpenInference`,
///   `OpenLLMetry`, Langfuse, `LangSmith`, Vercel's AI SDK and others, and every text below `gen_ai.`
///   that the conventions do not list, are closed: a length and a keyed hash stand for them,
///   `llm_trace.closed.input.length` and its neighbours;
/// - messages of events and bodies of log records are closed too, the bodies become `[closed]`, and so
///   is every text beside them whose key is not of the conventions;
/// - events at DEBUG and TRACE of client crates such as Rig, reqwest and hyper are dropped;
/// - error texts are closed: the descriptions of statuses, `exception.message` and what is like them.
///
/// What is not closed is redacted. `Builder` has a method for each of these.
///
/// ```
/// use llm_trace::{Capture, Gate};
///
/// let gate = Gate::new().with_capture(Capture::Redacted).with_closed_attributes(["app.notes"]);
/// let exporter = gate.before(opentelemetry_sdk::trace::InMemorySpanExporter::default());
/// # let _ = exporter;
/// ```
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    policy: Policy,
    budget: Budget,
    redactor: Arc<Guarded>,
    redaction_time: Duration,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// Makes a gate that lets no content through.
    #[must_use]
    pub fn new() -> Self {
        let redaction_time = guarded::TIME;
        let redactor = Arc::new(Guarded::rules(Rules::new(), redaction_time));
        let (policy, budget) = (Policy::default(), Budget::default());
        Self(Arc::new(Inner { policy, budget, redactor, redaction_time }))
    }

    /// Sets how much of the content leaves. Defaults to [`Capture::Off`].
    #[must_use]
    pub fn with_capture(self, capture: Capture) -> Self {
        self.with(|inner| inner.policy.capture = capture)
    }

    /// Sets whether error texts leave, redacted. Defaults to `false`.
    #[must_use]
    pub fn with_error_text(self, error_text: bool) -> Self {
        self.with(|inner| inner.policy.error_text = error_text)
    }

    /// Adds keys that are not closed, whatever they are called; their values are still redacted.
    /// A `*` stands for anything, as in `app.*`.
    #[must_use]
    pub fn with_open_attributes(self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|inner| inner.policy.open.extend(keys.into_iter().map(Into::into)))
    }

    /// Adds keys that are closed. They go before those that are open.
    #[must_use]
    pub fn with_closed_attributes(self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|inner| inner.policy.closed.extend(keys.into_iter().map(Into::into)))
    }

    /// Adds targets, such as the name of your crate, whose events and log records are no content:
    /// their messages and attributes are redacted and not closed.
    #[must_use]
    pub fn with_open_targets(self, targets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|inner| inner.policy.open_targets.extend(targets.into_iter().map(Into::into)))
    }

    /// Sets how many bytes one value may have. A longer one is cut, after it was redacted, and says how
    /// long it was; JSON stays JSON. Defaults to 32 KiB.
    #[must_use]
    pub fn with_value_bytes(self, bytes: usize) -> Self {
        self.with(|inner| inner.budget.value = bytes)
    }

    /// Sets how many bytes one span or log record may have: the longest of its values are cut until it
    /// does. Defaults to 64 KiB.
    #[must_use]
    pub fn with_span_bytes(self, bytes: usize) -> Self {
        self.with(|inner| inner.budget.item = bytes)
    }

    /// Sets what redacts. Defaults to [`Rules`] with their default kinds.
    ///
    /// It runs on a thread of its own. A value for which it panics, or takes more than 250
    /// milliseconds, is replaced as a whole by `[WITHHELD: …]`, and so are values for which
    /// [no time is left](Gate::with_redaction_time).
    #[must_use]
    pub fn with_redactor(self, redactor: impl Redactor + 'static) -> Self {
        let redactor = Arc::new(redactor);
        self.with(|inner| {
            inner.redactor = Arc::new(Guarded::own(redactor, inner.redaction_time));
        })
    }

    /// Sets the built-in rules that redact. Rules with [code of your own](Rules::with_rule) run as a
    /// redactor of your own does.
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Self {
        self.with(|inner| {
            inner.redactor = Arc::new(Guarded::rules(rules, inner.redaction_time));
        })
    }

    /// Sets how long a redactor of your own may hold up exports: one batch, several, or a flush. When
    /// its time is used up, the values that are left are replaced as a whole by `[WITHHELD: …]`. While it
    /// is not asked, its time comes back half as fast as it passes; a value that takes more than 250
    /// milliseconds costs double each time in a row. [`ExportStats::withheld`](super::stats::ExportStats)
    /// counts the values.
    ///
    /// Keep it well below the flush timeout, or the last spans are lost. Defaults to two seconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let gate = llm_trace::Gate::new().with_redaction_time(Duration::from_secs(1));
    /// # let _ = gate;
    /// ```
    #[must_use]
    pub fn with_redaction_time(self, limit: Duration) -> Self {
        self.with(|inner| {
            inner.redaction_time = limit;
            inner.redactor = Arc::new(inner.redactor.with_limit(limit));
        })
    }

    /// Lets the name of a span through to where nothing else of it is shown.
    #[cfg(feature = "console")]
    fn name(&self, span: &mut SpanData) {
        self.0.name(span, &mut Done::default());
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let Inner { policy, budget, redactor, redaction_time } = &*self.0;
        let (policy, budget) = (policy.clone(), *budget);
        let (redactor, redaction_time) = (redactor.clone(), *redaction_time);
        let mut inner = Inner { policy, budget, redactor, redaction_time };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Returns what counts the values that did not leave because the redactor failed.
    pub(crate) fn withheld(&self) -> Arc<Counter> {
        self.0.redactor.withheld.clone()
    }

    /// Lets of a span through what may leave.
    pub(crate) fn span(&self, span: &mut SpanData) {
        self.0.span(span);
        let cut = self.0.budget.span(span);
        if cut > 0 {
            put(&mut span.attributes, integer(semconv::CUT_VALUES, cut));
        }
    }

    /// Returns what may leave of a log record, and about how many bytes that is.
    pub(crate) fn log(&self, record: &SdkLogRecord) -> (SdkLogRecord, usize) {
        self.0.log(record)
    }

    /// Returns what may leave of the scope of a log record, if it is not the same.
    pub(crate) fn scope(&self, scope: &InstrumentationScope) -> Option<InstrumentationScope> {
        self.0.scope(scope, self.0.policy.capture, &mut Done::default())
    }

    /// Returns what may leave of attributes that stand alone.
    pub(crate) fn attributes(&self, mut attributes: Vec<KeyValue>) -> Vec<KeyValue> {
        let mut done = Done::default();
        let capture = self.0.policy.capture;
        self.0.attributes(&mut attributes, Place::Span, capture, &mut done);
        attributes
    }

    /// Returns what may leave of a resource.
    pub(crate) fn resource(&self, resource: &Resource) -> Resource {
        let attributes =
            resource.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let attributes = self.attributes(attributes);
        let schema = resource.schema_url().map(str::to_owned);
        let builder = Resource::builder_empty();
        match schema {
            Some(schema) => builder.with_schema_url(attributes, schema).build(),
            None => builder.with_attributes(attributes).build(),
        }
    }
}

/// Shows what the policy is, and nothing that it is about.
impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("policy", &self.0.policy).finish_non_exhaustive()
    }
}
