//! Owns [`Sampler`]: which traces are recorded.

use opentelemetry_sdk::trace;

use super::InitError;
use super::env::{Env, wrong};

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

/// Which traces are recorded, by `Builder::with_sampler` or `OTEL_TRACES_SAMPLER`. Metrics count
/// every call, whatever the sampler says.
///
/// ```
/// use llm_trace::{Builder, Sampler};
///
/// let share = |ratio| Builder::new().with_sampler(Sampler::TraceIdRatio(ratio)).build();
/// assert!(share(0.25).is_ok());
/// assert_eq!(
///     share(25.0).unwrap_err().to_string(),
///     "Builder::with_sampler is \"25\"; write a ratio between 0 and 1, such as 0.25",
/// );
/// ```
///
/// Governed by the OpenTelemetry specification, *Tracing SDK: Sampling*.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Sampler {
    /// None.
    AlwaysOff,
    /// All.
    AlwaysOn,
    /// As the caller decided; without a caller, none.
    ParentBasedAlwaysOff,
    /// As the caller decided; without a caller, all.
    #[default]
    ParentBasedAlwaysOn,
    /// As the caller decided; without a caller, this share of traces, between 0 and 1.
    ParentBasedTraceIdRatio(f64),
    /// This share of traces, between 0 and 1.
    TraceIdRatio(f64),
}

impl Sampler {
    pub(super) fn read(env: &Env<'_>) -> Result<Self, InitError> {
        let Some(value) = env.get(SAMPLER) else { return Ok(Self::default()) };
        Ok(match value.to_ascii_lowercase().as_str() {
            "always_on" => Self::AlwaysOn,
            "always_off" => Self::AlwaysOff,
            "traceidratio" => Self::TraceIdRatio(ratio(env)?),
            "parentbased_always_on" => Self::ParentBasedAlwaysOn,
            "parentbased_always_off" => Self::ParentBasedAlwaysOff,
            "parentbased_traceidratio" => Self::ParentBasedTraceIdRatio(ratio(env)?),
            _ => {
                let accepted = "`always_on`, `always_off`, `traceidratio`, or one of these after `parentbased_`";
                return Err(wrong(SAMPLER, value, accepted));
            }
        })
    }

    /// Refuses a ratio that is none.
    pub(super) fn check(self) -> Result<Self, InitError> {
        match self {
            Self::ParentBasedTraceIdRatio(ratio) | Self::TraceIdRatio(ratio)
                if !(0.0..=1.0).contains(&ratio) =>
            {
                let name = "Builder::with_sampler";
                Err(wrong(name, ratio.to_string(), "a ratio between 0 and 1, such as 0.25"))
            }
            sampler => Ok(sampler),
        }
    }

    /// Returns whether no trace would be recorded.
    pub(crate) fn is_never(self) -> bool {
        match self {
            Self::AlwaysOff | Self::ParentBasedAlwaysOff => true,
            Self::ParentBasedTraceIdRatio(ratio) | Self::TraceIdRatio(ratio) => ratio == 0.0,
            Self::AlwaysOn | Self::ParentBasedAlwaysOn => false,
        }
    }

    pub(crate) fn build(self) -> trace::Sampler {
        let parent = |root| trace::Sampler::ParentBased(Box::new(root));
        match self {
            Self::AlwaysOff => trace::Sampler::AlwaysOff,
            Self::AlwaysOn => trace::Sampler::AlwaysOn,
            Self::ParentBasedAlwaysOff => parent(trace::Sampler::AlwaysOff),
            Self::ParentBasedAlwaysOn => parent(trace::Sampler::AlwaysOn),
            Self::ParentBasedTraceIdRatio(ratio) => {
                parent(trace::Sampler::TraceIdRatioBased(ratio))
            }
            Self::TraceIdRatio(ratio) => trace::Sampler::TraceIdRatioBased(ratio),
        }
    }
}

fn ratio(env: &Env<'_>) -> Result<f64, InitError> {
    let Some(value) = env.get(ARGUMENT) else { return Ok(1.0) };
    match value.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err(wrong(ARGUMENT, value, "a ratio between 0 and 1, such as 0.25")),
    }
}
