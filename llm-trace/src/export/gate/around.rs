//! What the gate does to what stands around a span or a record: the scope that it is of, and what
//! other systems have written into its `tracestate`.

use std::borrow::Cow;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{SpanContext, TraceState};

use super::Inner;
use super::keys::Family;
use super::policy::{Place, is_payload, without_query};
use super::span::Done;
use crate::content::Capture;
use crate::redact::is_word;

/// What the name of a scope is replaced by that does not leave.
pub(super) const SCOPE: &str = "scope";

impl Inner {
    /// Returns what leaves of a short text that is there to name something, if it is not the same.
    pub(super) fn named(
        &self,
        name: &str,
        fallback: impl FnOnce() -> Cow<'static, str>,
        done: &mut Done,
    ) -> Option<Cow<'static, str>> {
        let is_long = name.len() > 128 || name.split(' ').count() > 8;
        if is_long || is_payload(name) {
            done.closed.text(Family::Text, name);
            return Some(fallback());
        }
        self.of_name(name, done).map(Cow::Owned)
    }

    /// Returns what leaves of a name, if it is not the same. One of several words may be what somebody
    /// wrote.
    fn of_name(&self, name: &str, done: &mut Done) -> Option<String> {
        if !is_word(name) {
            return self.redacted(name, done);
        }
        let new = self.redactor.redact_name(name)?;
        done.redactions += 1;
        Some(new)
    }

    /// Returns what leaves of a scope, if it is not the same.
    pub(super) fn scope(
        &self,
        scope: &InstrumentationScope,
        capture: Capture,
        done: &mut Done,
    ) -> Option<InstrumentationScope> {
        let name = self.named(scope.name(), || Cow::Borrowed(SCOPE), done);
        let version = scope.version().and_then(|it| self.named(it, Cow::default, done));
        let schema = scope.schema_url().and_then(|it| self.schema_url(it, done));
        let before: Vec<_> = scope.attributes().cloned().collect();
        let mut attributes = before.clone();
        self.attributes(&mut attributes, Place::Span, capture, done);
        if name.is_none() && version.is_none() && schema.is_none() && attributes == before {
            return None;
        }
        let name = name.unwrap_or_else(|| Cow::Owned(scope.name().to_owned()));
        let mut new = InstrumentationScope::builder(name).with_attributes(attributes);
        if let Some(version) = version.or_else(|| scope.version().map(|it| it.to_owned().into())) {
            new = new.with_version(version);
        }
        if let Some(schema) = schema.or_else(|| scope.schema_url().map(str::to_owned)) {
            new = new.with_schema_url(schema);
        }
        Some(new.build())
    }

    /// Returns what leaves of the address of a schema, if it is not the same.
    pub(super) fn schema_url(&self, url: &str, done: &mut Done) -> Option<String> {
        if is_word(url) { self.of_name(url, done) } else { self.address(url, done) }
    }

    /// Returns what leaves of an address, if it is not the same.
    pub(super) fn address(&self, address: &str, done: &mut Done) -> Option<String> {
        match without_query(address) {
            Some(short) => Some(self.redacted(&short, done).unwrap_or(short)),
            None => self.redacted(address, done),
        }
    }

    /// Takes out of a `tracestate` what does not leave. Half an entry means nothing to who wrote it,
    /// so it goes as a whole.
    pub(super) fn state(&self, context: &mut SpanContext, done: &mut Done) {
        if *context.trace_state() == TraceState::NONE {
            return;
        }
        let header = context.trace_state().header();
        let entries = header.split(',').filter_map(|entry| entry.split_once('='));
        let mut kept = Vec::new();
        let mut is_changed = false;
        for (key, value) in entries {
            if self.redacted(value, done).is_none() && self.redacted(key, done).is_none() {
                kept.push((key.to_owned(), value.to_owned()));
            } else {
                is_changed = true;
            }
        }
        if is_changed {
            *context = SpanContext::new(
                context.trace_id(),
                context.span_id(),
                context.trace_flags(),
                context.is_remote(),
                TraceState::from_key_value(kept).unwrap_or_default(),
            );
        }
    }
}
