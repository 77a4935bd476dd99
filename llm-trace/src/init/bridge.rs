//! Owns the way of `tracing` events to log records. Spans are none of its business, and events none
//! of theirs.

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::config::InitError;

/// The SDK's words about itself would be exported by what they are about.
const SDK: &str = "opentelemetry";

/// Makes the layer that turns events into log records.
///
/// The exports' own events are not among them: the threads that export suppress telemetry.
pub(crate) fn layer<S>(provider: &SdkLoggerProvider, filter: Targets) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let level = filter.iter().map(|(_, level)| level).chain(filter.default_level()).max();
    // Decided once per callsite; a span is refused before its fields are looked at.
    let filter = FilterFn::new(move |metadata| {
        metadata.is_event() && filter.would_enable(metadata.target(), metadata.level())
    });
    OpenTelemetryTracingBridge::new(provider)
        .with_filter(filter.with_max_level_hint(level.unwrap_or(LevelFilter::OFF)))
}

/// Returns the filter that lets all events through but the SDK's.
#[cfg(feature = "testing")]
pub(crate) fn everything() -> Targets {
    Targets::new().with_default(LevelFilter::TRACE).with_target(SDK, LevelFilter::OFF)
}

/// Reads which events become log records.
pub(super) fn filter((name, text): (&'static str, &str)) -> Result<Targets, InitError> {
    let filter: Targets = text.parse().map_err(|_| InitError::Variable {
        name,
        value: text.to_owned(),
        accepted: "a filter, such as `info` or `warn,my_crate=debug`".into(),
    })?;
    let names_sdk = filter.iter().any(|(target, _)| target.starts_with(SDK));
    Ok(if names_sdk { filter } else { filter.with_target(SDK, LevelFilter::OFF) })
}
