//! The gate before processors, on the thread that ends a span.

use std::fmt;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::Gate;
use crate::export::front::Processors;

/// A processor that gets what a gate lets through.
struct Before<P> {
    processor: P,
    gate: Gate,
    hold: fn(&Gate, &mut SpanData),
}

impl Gate {
    /// Stands before processors, for all of which a span passes once.
    pub(crate) fn before_processors(
        &self,
        processors: Vec<Box<dyn SpanProcessor>>,
    ) -> impl SpanProcessor + 'static {
        Before { processor: Processors(processors), gate: self.clone(), hold: Self::span }
    }

    /// Stands before the console tree, which shows of other libraries' spans nothing but names. They are
    /// short, so that this takes no time.
    #[cfg(feature = "console")]
    pub(crate) fn before_names(
        &self,
        processor: impl SpanProcessor + 'static,
    ) -> impl SpanProcessor + 'static {
        Before { processor, gate: self.clone(), hold: Self::name }
    }
}

impl<P: SpanProcessor> SpanProcessor for Before<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, mut span: SpanData) {
        (self.hold)(&self.gate, &mut span);
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

impl<P: fmt::Debug> fmt::Debug for Before<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Before").field("processor", &self.processor).finish_non_exhaustive()
    }
}
