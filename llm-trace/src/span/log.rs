//! Owns the one event that a plain text log gets at the end of each call.
//!
//! Where an OpenTelemetry layer listens there is none: it would end up on the span, and only repeat
//! what the span already says.

use tracing::Level;

use crate::cost::Cost;
use crate::provider::Provider;
use crate::record::Record;

/// Returns whether a subscriber wants the event.
pub(super) fn is_enabled() -> bool {
    tracing::event_enabled!(target: "llm_trace", Level::INFO)
}

/// Emits the event.
pub(super) fn record(span: &tracing::Span, record: &Record) {
    let Record { request, response, outcome, error_type, duration, cost, .. } = record;
    tracing::event!(
        target: "llm_trace",
        parent: span.id(),
        Level::INFO,
        operation = request.operation.as_str(),
        provider = request.provider.as_ref().map(Provider::as_str),
        model = response.model.as_deref().or(request.model.as_deref()),
        name = request.target.as_deref(),
        input_tokens = response.usage.input(),
        output_tokens = response.usage.output(),
        cost = cost.as_ref().and_then(Cost::known),
        duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        outcome = outcome.as_str(),
        error_type = error_type.as_deref(),
        "call ended"
    );
}
