//! Owns [`Front`]: the one processor of our tracer provider. Every span that ends passes through
//! its stages, and then goes to each of the sinks.
//!
//! It runs on the thread that ends the span, so a stage here takes no longer than the span has
//! attributes. What takes longer belongs behind the queue, on the thread that exports.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// Takes every span, and hands it on.
#[derive(Debug, Default)]
pub(crate) struct Front {
    sinks: Vec<Box<dyn SpanProcessor>>,
}

impl Front {
    pub(crate) fn add(&mut self, sink: impl SpanProcessor + 'static) {
        self.add_boxed(Box::new(sink));
    }

    pub(crate) fn add_boxed(&mut self, sink: Box<dyn SpanProcessor>) {
        self.sinks.push(sink);
    }

    /// Runs a job on each sink, whatever the one before it says.
    fn each(&self, job: impl Fn(&dyn SpanProcessor) -> OTelSdkResult) -> OTelSdkResult {
        self.sinks.iter().map(|sink| job(&**sink)).reduce(Result::and).unwrap_or(Ok(()))
    }
}

impl SpanProcessor for Front {
    fn on_start(&self, span: &mut Span, context: &Context) {
        for sink in &self.sinks {
            sink.on_start(span, context);
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some((last, others)) = self.sinks.split_last() {
            for sink in others {
                sink.on_end(span.clone());
            }
            last.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.each(|sink| sink.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.each(|sink| sink.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        for sink in &mut self.sinks {
            sink.set_resource(resource);
        }
    }
}
