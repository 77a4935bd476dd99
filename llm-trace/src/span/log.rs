//! Owns the one event that a text log gets at the end of each call.
//!
//! Where an OpenTelemetry layer listens too, the event has no span: it is for the text log, and
//! would only repeat on the span what the span already says.

use tracing::Level;

use super::Active;
use crate::record::Record;

macro_rules! event {
    ($parent:expr, $record:ident, $duration:ident) => {
        tracing::event!(
            target: "llm_trace",
            parent: $parent,
            Level::INFO,
            operation = $record.request.operation.as_str(),
            provider = $record.request.provider.as_ref().map(|provider| provider.as_str()),
            model = $record.response.model.as_deref().or($record.request.model.as_deref()),
            name = $record.request.target.as_deref(),
            input_tokens = $record.response.usage.input(),
            output_tokens = $record.response.usage.output(),
            cost = $record.response.cost,
            duration_ms = $duration,
            outcome = $record.outcome.as_str(),
            error_type = $record.error_type.as_deref(),
            "call ended"
        )
    };
}

/// Returns whether a subscriber wants the event.
pub(super) fn is_enabled() -> bool {
    tracing::event_enabled!(target: "llm_trace", Level::INFO)
}

/// Emits the event.
pub(super) fn record(call: &Active, record: &Record) {
    if !is_enabled() {
        return;
    }
    let duration = u64::try_from(record.duration.as_millis()).unwrap_or(u64::MAX);
    if call.shared.context.is_some() {
        event!(None::<tracing::Id>, record, duration);
    } else {
        event!(call.span.id(), record, duration);
    }
}
