//! The gate before the console tree, which shows of other libraries' spans nothing but names.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::Gate;

/// A processor that gets names that may be shown. They are short, so that this takes no time.
#[derive(Debug)]
struct Named<P> {
    processor: P,
    gate: Gate,
}

impl Gate {
    /// Stands before a processor that shows nothing of spans but their names.
    pub(crate) fn before_names(
        &self,
        processor: impl SpanProcessor + 'static,
    ) -> impl SpanProcessor + 'static {
        Named { processor, gate: self.clone() }
    }
}

impl<P: SpanProcessor> SpanProcessor for Named<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, mut span: SpanData) {
        self.gate.name(&mut span);
        self.processor.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}
