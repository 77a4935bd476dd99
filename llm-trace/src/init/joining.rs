//! Owns the question what the program has set already, so that it is joined and not replaced.

use opentelemetry::trace::{
    Span, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
};
use opentelemetry::{Context, global};

use crate::config::Config;
use crate::metrics;

/// What is global already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Found {
    pub(crate) tracer_provider: bool,
    pub(crate) meter_provider: bool,
    pub(crate) propagator: bool,
}

impl Found {
    pub(crate) fn read() -> Self {
        Self {
            tracer_provider: has_tracer_provider(),
            meter_provider: metrics::is_enabled(),
            propagator: global::get_text_map_propagator(|it| it.fields().next().is_some()),
        }
    }
}

impl Config {
    /// Leaves to the program's providers what they do already.
    pub(super) fn join(&mut self, found: Found) {
        if self.joining.replaces || self.is_disabled {
            return;
        }
        self.joining.tracer_provider = found.tracer_provider;
        self.joining.meter_provider = found.meter_provider;
    }
}

/// The API offers no way to ask. Its no-op tracer hands the parent's ids on, which no other does;
/// the SDK's starts nothing while telemetry is suppressed, so nobody notices the question.
fn has_tracer_provider() -> bool {
    let ids = (TraceId::from(1), SpanId::from(1));
    let parent = SpanContext::new(ids.0, ids.1, TraceFlags::NOT_SAMPLED, true, TraceState::NONE);
    let _quiet = Context::enter_telemetry_suppressed_scope();
    let context = Context::current().with_remote_span_context(parent);
    let span = global::tracer("llm-trace").start_with_context("llm-trace", &context);
    span.span_context().span_id() != ids.1
}
