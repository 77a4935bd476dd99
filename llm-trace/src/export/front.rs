//! Owns [`Front`]: the one processor of our tracer provider. Every span that ends passes through
//! its stages, and then goes to each of the sinks.
//!
//! It runs on the thread that ends the span, so a stage here takes no longer than the span has
//! attributes. What takes longer belongs behind the queue, on the thread that exports.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::Span as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::at_once::at_once;
use super::budget::withhold;
use super::gate::guarded::LONGEST;
use super::quiet::is_quiet;
use super::repair::repair;
use super::tail::Tail;

/// Takes every span, and hands it on.
#[derive(Debug, Default)]
pub(crate) struct Front {
    /// What sees every span, kept or not.
    watchers: Processors,
    tail: Option<Tail>,
    sinks: Processors,
}

impl Front {
    /// Adds what the spans that are kept go to.
    pub(crate) fn add(&mut self, sink: impl SpanProcessor + 'static) {
        self.sinks.0.push(Box::new(sink));
    }

    /// Adds what sees every span while it runs, before it is known whether it is kept.
    #[cfg_attr(not(feature = "console"), expect(dead_code, reason = "nobody watches"))]
    pub(crate) fn watch(&mut self, watcher: impl SpanProcessor + 'static) {
        self.watchers.0.push(Box::new(watcher));
    }

    /// Sets which traces are kept.
    pub(crate) fn judge(&mut self, tail: Tail) {
        self.tail = Some(tail);
    }
}

impl SpanProcessor for Front {
    fn on_start(&self, span: &mut Span, context: &Context) {
        if is_quiet() {
            return;
        }
        self.watchers.on_start(span, context);
        self.sinks.on_start(span, context);
        if let Some(tail) = &self.tail {
            tail.start(span.span_context(), |span| self.sinks.on_end(span));
        }
    }

    fn on_end(&self, mut span: SpanData) {
        if is_quiet() {
            return;
        }
        // The layer has measured it.
        let _ = repair(&mut span);
        // What is longer would not be looked through, and so must not wait.
        withhold(&mut span, LONGEST);
        if self.sinks.0.is_empty() {
            return self.watchers.on_end(span);
        }
        for watcher in &self.watchers.0 {
            watcher.on_end(span.clone());
        }
        match &self.tail {
            Some(tail) => tail.end(span, |span| self.sinks.on_end(span)),
            None => self.sinks.on_end(span),
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        if let Some(tail) = &self.tail {
            tail.flush(|span| self.sinks.on_end(span));
        }
        self.watchers.force_flush().and(self.sinks.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        if let Some(tail) = &self.tail {
            tail.shutdown(|span| self.sinks.on_end(span));
        }
        let watchers = self.watchers.shutdown_with_timeout(timeout);
        watchers.and(self.sinks.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.watchers.set_resource(resource);
        self.sinks.set_resource(resource);
    }
}

/// Several processors as one.
#[derive(Debug, Default)]
pub(super) struct Processors(pub(super) Vec<Box<dyn SpanProcessor>>);

impl SpanProcessor for Processors {
    fn on_start(&self, span: &mut Span, context: &Context) {
        for processor in &self.0 {
            processor.on_start(span, context);
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some((last, others)) = self.0.split_last() {
            for processor in others {
                processor.on_end(span.clone());
            }
            last.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        at_once(&self.0, SpanProcessor::force_flush)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        at_once(&self.0, |it| it.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        for processor in &mut self.0 {
            processor.set_resource(resource);
        }
    }
}
