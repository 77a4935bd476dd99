//! Owns the configuration: the only code that reads the environment.
//!
//! [`Config::read`] is a pure function of what the builder was told and of a look-up closure. What
//! the builder says wins over the environment. The variables mean what OpenTelemetry specifies,
//! but for one thing: a value that is not understood is an error, never a silent default.

mod batching;
mod capture;
mod endpoint;
mod env;
mod error;
mod explain;
mod exporters;
mod limits;
mod metrics;
mod pairs;
mod propagators;
mod reach;
mod receiver;
mod resource;
mod sampler;
mod spool;
mod tail;
mod url;

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::KeyValue;

use crate::content::{Capture, ContentOn};
use crate::digest::HashKey;
use crate::export::gate::Gate;
use crate::export::limits::{LogLimits, SpanLimits};
use crate::export::tail::TailSampling;
use crate::export::{Batches, SpoolSettings, Target};
use crate::layer::InnerSpans;
use crate::reach::Reach;

use env::{Env, wrong};

pub use batching::Batching;
pub use error::InitError;
pub use exporters::Exporter;
pub use limits::Limits;
pub use metrics::{HistogramAggregation, Temporality};
pub use propagators::Propagator;
pub use receiver::Receiver;
pub use sampler::Sampler;

pub(crate) use capture::Content;
pub(crate) use explain::{Explained, Inspected};
pub(crate) use metrics::Metrics;
pub(crate) use propagators::Propagators;

const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// A year: who says more means for ever, and no clock can add that.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);
const EXPORT_LOG_FILTER: &str = "LLM_TRACE_EXPORT_LOG_FILTER";

/// What a builder was told.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) disabled: Option<bool>,
    pub(crate) replace_globals: bool,
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) receiver: Receiver,
    pub(crate) traces_receiver: Receiver,
    pub(crate) metrics_receiver: Receiver,
    pub(crate) logs_receiver: Receiver,
    pub(crate) traces_exporters: Option<Vec<Exporter>>,
    pub(crate) metrics_exporters: Option<Vec<Exporter>>,
    pub(crate) logs_exporters: Option<Vec<Exporter>>,
    pub(crate) span_batching: Batching,
    pub(crate) log_batching: Batching,
    pub(crate) span_limits: Limits,
    pub(crate) log_limits: Limits,
    pub(crate) metrics: metrics::Said,
    pub(crate) sampler: Option<Sampler>,
    pub(crate) tail: Option<TailSampling>,
    pub(crate) propagators: Option<Vec<Propagator>>,
    pub(crate) reach: reach::Said,
    pub(crate) hash_key: Option<HashKey>,
    pub(crate) price_file: Option<PathBuf>,
    pub(crate) json_file: Option<PathBuf>,
    pub(crate) console: Option<bool>,
    pub(crate) log_filter: Option<String>,
    pub(crate) sdk_log_level: Option<String>,
    pub(crate) export_log_filter: Option<String>,
    pub(crate) flush_timeout: Option<Duration>,
    pub(crate) capture: Option<Capture>,
    pub(crate) content_on: Option<ContentOn>,
    pub(crate) error_text: Option<bool>,
    pub(crate) gate: Gate,
    pub(crate) inner_spans: InnerSpans,
    pub(crate) spool: Option<SpoolSettings>,
}

/// A value, and the variable or builder method that it is from.
pub(crate) type Named<T> = (&'static str, T);

/// What becomes of the providers that the program has set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Joining {
    /// They give way.
    pub(crate) replaces: bool,
    /// Spans go to the tracer provider.
    pub(crate) tracer_provider: bool,
    /// Metrics go to the meter provider.
    pub(crate) meter_provider: bool,
}

/// What the console shows beside traces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Printed {
    pub(crate) metrics: bool,
    pub(crate) logs: bool,
}

/// What is to be set up.
pub(crate) struct Config {
    pub(crate) is_disabled: bool,
    pub(crate) joining: Joining,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) traces: Option<Target>,
    pub(crate) metrics: Option<Target>,
    pub(crate) logs: Option<Target>,
    pub(crate) json_file: Option<Named<PathBuf>>,
    pub(crate) batches: Batches,
    pub(crate) log_batches: Batches,
    pub(crate) limits: SpanLimits,
    pub(crate) log_limits: LogLimits,
    pub(crate) measuring: Metrics,
    /// Traces are drawn.
    pub(crate) console: bool,
    pub(crate) printed: Printed,
    pub(crate) sampler: Sampler,
    /// `None` keeps every trace that is sampled.
    pub(crate) tail: Option<TailSampling>,
    pub(crate) reach: Reach,
    pub(crate) hash_key: Option<HashKey>,
    pub(crate) price_file: Option<Named<PathBuf>>,
    pub(crate) propagators: Propagators,
    /// What the text log shows; `None` is the default.
    pub(crate) log_filter: Option<Named<String>>,
    /// What the SDK and this crate say of themselves in the text log; `None` is the default.
    pub(crate) sdk_log_level: Option<&'static str>,
    /// Which events are exported.
    pub(crate) export_log_filter: Named<String>,
    pub(crate) flush_timeout: Duration,
    pub(crate) content: Content,
    pub(crate) gate: Gate,
    pub(crate) inner_spans: InnerSpans,
    /// Where the spool was named, and the spool.
    pub(crate) spool: Option<(&'static str, SpoolSettings)>,
}

impl Config {
    pub(crate) fn read(
        settings: Settings,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, InitError> {
        let env = Env(variable);
        let said = |exporters: &Option<Vec<Exporter>>, list: exporters::List| {
            list.read(exporters.as_deref(), &env)
        };
        let traces = said(&settings.traces_exporters, exporters::TRACES)?;
        let metrics = said(&settings.metrics_exporters, exporters::METRICS)?;
        let logs = said(&settings.logs_exporters, exporters::LOGS)?;
        let has = |exporters: &Option<Vec<Exporter>>, wanted| {
            exporters.as_ref().map(|exporters| exporters.contains(&wanted))
        };
        let target = |exporters, signal: endpoint::Signal| {
            let is_on = has(exporters, Exporter::Otlp);
            let is_on = is_on.unwrap_or_else(|| signal.is_configured(&settings, &env));
            is_on.then(|| signal.target(&settings, &env)).transpose()
        };
        let mut otlp_traces = target(&traces, endpoint::TRACES)?;
        let mut otlp_metrics = target(&metrics, endpoint::METRICS)?;
        let mut otlp_logs = target(&logs, endpoint::LOGS)?;
        bound(&mut otlp_traces, batching::SPANS.timeout(settings.span_batching, &env)?);
        bound(&mut otlp_metrics, settings.metrics.timeout(&env)?);
        bound(&mut otlp_logs, batching::RECORDS.timeout(settings.log_batching, &env)?);
        if settings.console == Some(true) && !cfg!(feature = "console") {
            let (name, value) = ("Builder::with_console", "true".to_owned());
            return Err(InitError::Feature { name, value, feature: "console" });
        }
        let content = Content::read(&settings, &env)?;
        let gate = settings
            .gate
            .with_capture(content.capture)
            .with_error_text(content.error_text)
            .with_open_targets(capture::open_targets(&env));
        let by_default = cfg!(feature = "console") && otlp_traces.is_none();
        let console = has(&traces, Exporter::Console).unwrap_or(by_default);
        let prometheus = has(&metrics, Exporter::Prometheus).unwrap_or(false);
        Ok(Self {
            is_disabled: match settings.disabled {
                Some(disabled) => disabled,
                None => env.is_true("OTEL_SDK_DISABLED")?,
            },
            content,
            gate,
            inner_spans: settings.inner_spans,
            joining: Joining { replaces: settings.replace_globals, ..Joining::default() },
            traces: otlp_traces,
            metrics: otlp_metrics,
            logs: otlp_logs,
            json_file: json_file(settings.json_file, &env)?,
            console: settings.console.unwrap_or(console),
            printed: Printed {
                metrics: has(&metrics, Exporter::Console).unwrap_or(false),
                logs: has(&logs, Exporter::Console).unwrap_or(false),
            },
            sampler: settings.sampler.map_or_else(|| Sampler::read(&env), Sampler::check)?,
            tail: settings
                .tail
                .map_or_else(|| tail::read(&env), |rule| tail::check(rule).map(Some))?,
            batches: batching::SPANS.read(settings.span_batching, &env)?,
            log_batches: batching::RECORDS.read(settings.log_batching, &env)?,
            limits: settings.span_limits.of_spans(&env)?,
            log_limits: settings.log_limits.of_logs(&env)?,
            measuring: settings.metrics.read(prometheus, &env)?,
            propagators: Propagators::read(settings.propagators.as_deref(), &env)?,
            reach: settings.reach.read(&env),
            flush_timeout: settings.flush_timeout.unwrap_or(FLUSH_TIMEOUT).min(FOR_EVER),
            spool: spool::read(settings.spool, &env)?,
            resource: resource::read(settings.service_name.as_deref(), &settings.resource, &env)?,
            hash_key: settings.hash_key.map_or_else(|| hash_key(&env), |key| Ok(Some(key)))?,
            price_file: settings.price_file.map(|path| ("Builder::with_price_file", path)).or_else(
                || env.first(["LLM_TRACE_PRICE_FILE"]).map(|(name, path)| (name, path.into())),
            ),
            log_filter: settings
                .log_filter
                .map(|filter| ("Builder::with_log_filter", filter))
                .or_else(|| env.first(["RUST_LOG"])),
            sdk_log_level: sdk_log_level(settings.sdk_log_level, &env)?,
            export_log_filter: settings
                .export_log_filter
                .map(|filter| ("Builder::with_export_log_filter", filter))
                .or_else(|| env.first([EXPORT_LOG_FILTER]))
                .unwrap_or_else(|| (EXPORT_LOG_FILTER, "info".to_owned())),
        })
    }
}

/// Returns a variable of this process.
pub(crate) fn environment(name: &str) -> Option<String> {
    // What is not Unicode is not unset: whoever reads it finds it malformed.
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Returns the names of the variables of this process.
pub(crate) fn environment_names() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// The shorter of two time limits holds.
fn bound(target: &mut Option<Target>, limit: Option<Duration>) {
    if let Some(target) = target {
        target.timeout = target.timeout.min(limit.unwrap_or(FOR_EVER)).min(FOR_EVER);
    }
}

fn json_file(said: Option<PathBuf>, env: &Env<'_>) -> Result<Option<Named<PathBuf>>, InitError> {
    let named = || env.first(["LLM_TRACE_JSON_FILE"]).map(|(name, path)| (name, path.into()));
    let file = said.map(|path| ("Builder::with_json_file", path)).or_else(named);
    match file {
        Some((name, path)) if !cfg!(feature = "otlp-json") => {
            let value = path.display().to_string();
            Err(InitError::Feature { name, value, feature: "otlp-json" })
        }
        file => Ok(file),
    }
}

fn sdk_log_level(said: Option<String>, env: &Env<'_>) -> Result<Option<&'static str>, InitError> {
    let said = said.map(|level| ("Builder::with_sdk_log_level", level));
    let Some((name, level)) = said.or_else(|| env.first(["OTEL_LOG_LEVEL"])) else {
        return Ok(None);
    };
    Ok(Some(match level.to_ascii_lowercase().as_str() {
        "none" | "off" => "off",
        "fatal" | "error" => "error",
        "warn" | "warning" => "warn",
        "info" => "info",
        "debug" => "debug",
        "all" | "trace" | "verbose" => "trace",
        _ => {
            let accepted = "`none`, `error`, `warn`, `info`, `debug` or `trace`";
            return Err(wrong(name, level, accepted));
        }
    }))
}

fn hash_key(env: &Env<'_>) -> Result<Option<HashKey>, InitError> {
    const NAME: &str = "LLM_TRACE_HASH_KEY";
    const PREVIOUS: &str = "LLM_TRACE_HASH_KEY_PREVIOUS";
    let read = |name: &'static str| {
        let malformed = |error| InitError::Secret {
            name,
            place: format!(": {error}"),
            accepted: "64 hexadecimal digits, or 32 bytes in base64",
        };
        env.get(name).map(|value| value.parse::<HashKey>().map_err(malformed)).transpose()
    };
    match (read(NAME)?, read(PREVIOUS)?) {
        (Some(key), Some(previous)) => Ok(Some(key.with_previous(previous))),
        (None, Some(_)) => Err(InitError::Secret {
            name: PREVIOUS,
            place: format!(" without {NAME}"),
            accepted: "the key that follows it there, or nothing",
        }),
        (key, None) => Ok(key),
    }
}

#[cfg(test)]
mod tests;
