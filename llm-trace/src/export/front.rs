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

use super::budget::withhold;
use super::gate::guarded::LONGEST;
use super::repair::repair;
use super::tail::Tail;

/// Takes every span, and hands it on.
#[derive(Debug, Default)]
pub(crate) struct Front {
    /// What sees every span, kept or not.
    watchers: Vec<Box<dyn SpanProcessor>>,
    tail: Option<Tail>,
    sinks: Vec<Box<dyn SpanProcessor>>,
}

impl Front {
    /// Adds what the spans that are kept go to.
    pub(crate) fn add(&mut self, sink: impl SpanProcessor + 'static) {
        self.add_boxed(Box::new(sink));
    }

    pub(crate) fn add_boxed(&mut self, sink: Box<dyn SpanProcessor>) {
        self.sinks.push(sink);
    }

    /// Adds what sees every span while it runs, before it is known whether it is kept.
    #[cfg_attr(not(feature = "console"), expect(dead_code, reason = "nobody watches"))]
    pub(crate) fn watch(&mut self, watcher: impl SpanProcessor + 'static) {
        self.watchers.push(Box::new(watcher));
    }

    /// Sets which traces are kept.
    pub(crate) fn judge(&mut self, tail: Tail) {
        self.tail = Some(tail);
    }

    /// Runs a job on each sink, whatever the one before it says.
    fn each(&self, job: impl Fn(&dyn SpanProcessor) -> OTelSdkResult) -> OTelSdkResult {
        let all = self.watchers.iter().chain(&self.sinks);
        all.map(|sink| job(&**sink)).reduce(Result::and).unwrap_or(Ok(()))
    }
}

/// Gives a span to each of the processors.
fn give(processors: &[Box<dyn SpanProcessor>], span: SpanData) {
    if let Some((last, others)) = processors.split_last() {
        for processor in others {
            processor.on_end(span.clone());
        }
        last.on_end(span);
    }
}

impl SpanProcessor for Front {
    fn on_start(&self, span: &mut Span, context: &Context) {
        for sink in self.watchers.iter().chain(&self.sinks) {
            sink.on_start(span, context);
        }
        if let Some(tail) = &self.tail {
            tail.start(span.span_context(), |span| give(&self.sinks, span));
        }
    }

    fn on_end(&self, mut span: SpanData) {
        // The layer has measured it.
        let _ = repair(&mut span);
        // What is longer would not be looked through, and so must not wait.
        withhold(&mut span, LONGEST);
        if self.sinks.is_empty() {
            return give(&self.watchers, span);
        }
        for watcher in &self.watchers {
            watcher.on_end(span.clone());
        }
        match &self.tail {
            Some(tail) => tail.end(span, |span| give(&self.sinks, span)),
            None => give(&self.sinks, span),
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        if let Some(tail) = &self.tail {
            tail.flush(|span| give(&self.sinks, span));
        }
        self.each(|sink| sink.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        if let Some(tail) = &self.tail {
            tail.shutdown(|span| give(&self.sinks, span));
        }
        self.each(|sink| sink.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        for sink in self.watchers.iter_mut().chain(&mut self.sinks) {
            sink.set_resource(resource);
        }
    }
}
