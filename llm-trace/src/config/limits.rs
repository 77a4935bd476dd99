//! Owns [`Limits`]: how much a span or a log record may say.

use super::InitError;
use super::env::Env;
use crate::export::limits::{LogLimits, SpanLimits};

const COUNT: &str = "a number, such as 128";
const LENGTH: &str = "a number of characters, such as 4096";
/// What the specification says where nobody else does.
const DEFAULT_COUNT: usize = 128;

/// How much a span or a log record may say.
///
/// ```
/// use llm_trace::{Builder, Limits};
///
/// let parts = Builder::new()
///     .with_span_limits(Limits::new().with_value_length(4096).with_attributes(64))
///     .build()?;
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "it does nothing until a builder has it"]
pub struct Limits {
    value_length: Option<usize>,
    attributes: Option<usize>,
    events: Option<usize>,
    links: Option<usize>,
    event_attributes: Option<usize>,
    link_attributes: Option<usize>,
}

impl Limits {
    /// Creates limits of which nothing is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long the text of an attribute may be, in characters; longer ones are cut.
    ///
    /// Defaults to `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` or
    /// `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, then to `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
    /// then to no limit.
    pub fn with_value_length(mut self, length: usize) -> Self {
        self.value_length = Some(length);
        self
    }

    /// Sets how many attributes there may be.
    ///
    /// Defaults to `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT` or `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`,
    /// then to `OTEL_ATTRIBUTE_COUNT_LIMIT`, then to 128.
    pub fn with_attributes(mut self, count: usize) -> Self {
        self.attributes = Some(count);
        self
    }

    /// Sets how many events a span may have.
    ///
    /// Defaults to `OTEL_SPAN_EVENT_COUNT_LIMIT`, then to 128.
    pub fn with_events(mut self, count: usize) -> Self {
        self.events = Some(count);
        self
    }

    /// Sets how many links a span may have.
    ///
    /// Defaults to `OTEL_SPAN_LINK_COUNT_LIMIT`, then to 128.
    pub fn with_links(mut self, count: usize) -> Self {
        self.links = Some(count);
        self
    }

    /// Sets how many attributes an event of a span may have.
    ///
    /// Defaults to `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, then to 128.
    pub fn with_event_attributes(mut self, count: usize) -> Self {
        self.event_attributes = Some(count);
        self
    }

    /// Sets how many attributes a link of a span may have.
    ///
    /// Defaults to `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, then to 128.
    pub fn with_link_attributes(mut self, count: usize) -> Self {
        self.link_attributes = Some(count);
        self
    }

    pub(super) fn of_spans(self, env: &Env<'_>) -> Result<SpanLimits, InitError> {
        let count = |said: Option<usize>, names: [&'static str; 2]| {
            let read = said.map_or_else(|| env.whole(names, COUNT), |count| Ok(Some(count)));
            read.map(|count| u32::try_from(count.unwrap_or(DEFAULT_COUNT)).unwrap_or(u32::MAX))
        };
        let one = |said, name| count(said, [name, name]);
        Ok(SpanLimits {
            value_length: self.length("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", env)?,
            attributes: count(
                self.attributes,
                ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"],
            )?,
            events: one(self.events, "OTEL_SPAN_EVENT_COUNT_LIMIT")?,
            links: one(self.links, "OTEL_SPAN_LINK_COUNT_LIMIT")?,
            event_attributes: one(self.event_attributes, "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT")?,
            link_attributes: one(self.link_attributes, "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT")?,
        })
    }

    pub(super) fn of_logs(self, env: &Env<'_>) -> Result<LogLimits, InitError> {
        let names = ["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"];
        let attributes = match self.attributes {
            Some(count) => Some(count),
            None => env.whole(names, COUNT)?,
        };
        Ok(LogLimits {
            value_length: self.length("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", env)?,
            attributes: attributes.unwrap_or(DEFAULT_COUNT),
        })
    }

    fn length(self, name: &'static str, env: &Env<'_>) -> Result<Option<usize>, InitError> {
        match self.value_length {
            Some(length) => Ok(Some(length)),
            None => env.whole([name, "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"], LENGTH),
        }
    }
}
