//! Owns the configuration: the only code that reads the environment.
//!
//! [`Config::read`] is a pure function of what the builder was told and of a look-up closure. What
//! the builder says wins over the environment. The variables mean what OpenTelemetry specifies,
//! but for one thing: a value that is not understood is an error, never a silent default.

mod capture;
mod endpoint;
mod env;
mod error;
mod pairs;
mod sampler;
mod spool;
mod tail;

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::KeyValue;

use crate::content::{Capture, ContentOn};
use crate::digest::HashKey;
use crate::export::gate::Gate;
use crate::export::tail::TailSampling;
use crate::export::{Batches, Protocol, SpoolSettings, Target};

use env::{Env, wrong};

pub(crate) use capture::Content;
pub use error::InitError;
pub use sampler::Sampler;

const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
const METRIC_INTERVAL: Duration = Duration::from_secs(60);
const EXPORT_LOG_FILTER: &str = "LLM_TRACE_EXPORT_LOG_FILTER";

/// What a builder was told.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) endpoint: Option<String>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) sampler: Option<Sampler>,
    pub(crate) tail: Option<TailSampling>,
    pub(crate) hash_key: Option<HashKey>,
    pub(crate) price_file: Option<PathBuf>,
    pub(crate) console: Option<bool>,
    pub(crate) log_filter: Option<String>,
    pub(crate) export_log_filter: Option<String>,
    pub(crate) metric_interval: Option<Duration>,
    pub(crate) flush_timeout: Option<Duration>,
    pub(crate) capture: Option<Capture>,
    pub(crate) content_on: Option<ContentOn>,
    pub(crate) error_text: Option<bool>,
    pub(crate) gate: Gate,
    pub(crate) spool: Option<SpoolSettings>,
}

/// What is to be set up.
pub(crate) struct Config {
    pub(crate) is_disabled: bool,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) traces: Option<Target>,
    pub(crate) metrics: Option<Target>,
    pub(crate) logs: Option<Target>,
    pub(crate) batches: Batches,
    pub(crate) log_batches: Batches,
    pub(crate) console: bool,
    pub(crate) sampler: Sampler,
    /// `None` keeps every trace that is sampled.
    pub(crate) tail: Option<TailSampling>,
    pub(crate) hash_key: Option<HashKey>,
    /// Where the file was named, and the file.
    pub(crate) price_file: Option<(&'static str, PathBuf)>,
    pub(crate) propagators: Propagators,
    /// Where the filter was written, and the filter; `None` is the default.
    pub(crate) log_filter: Option<(&'static str, String)>,
    /// Where the filter of exported events was written, and the filter.
    pub(crate) export_log_filter: (&'static str, String),
    pub(crate) metric_interval: Duration,
    pub(crate) flush_timeout: Duration,
    pub(crate) content: Content,
    pub(crate) gate: Gate,
    /// Where the spool was named, and the spool.
    pub(crate) spool: Option<(&'static str, SpoolSettings)>,
}

/// What crosses process boundaries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Propagators {
    pub(crate) trace_context: bool,
    pub(crate) baggage: bool,
}

impl Config {
    pub(crate) fn read(
        settings: Settings,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, InitError> {
        let env = Env(variable);
        let traces = Exporters::read(&env, "OTEL_TRACES_EXPORTER", true)?;
        let metrics = Exporters::read(&env, "OTEL_METRICS_EXPORTER", false)?;
        let logs = Exporters::read(&env, "OTEL_LOGS_EXPORTER", false)?;
        let target = |exporters: Option<Exporters>, signal: endpoint::Signal| {
            let otlp = exporters
                .map_or_else(|| signal.is_configured(&settings, &env), |exporters| exporters.otlp);
            otlp.then(|| signal.target(&settings, &env)).transpose()
        };
        let otlp_traces = target(traces, endpoint::TRACES)?;
        let otlp_metrics = target(metrics, endpoint::METRICS)?;
        let otlp_logs = target(logs, endpoint::LOGS)?;
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
        let console = traces.map_or(by_default, |exporters| exporters.console);
        let metric_interval = match settings.metric_interval {
            Some(interval) => Some(interval),
            None => env.millis(["OTEL_METRIC_EXPORT_INTERVAL"])?,
        };
        Ok(Self {
            is_disabled: env.is_true("OTEL_SDK_DISABLED")?,
            content,
            gate,
            traces: otlp_traces,
            metrics: otlp_metrics,
            logs: otlp_logs,
            console: settings.console.unwrap_or(console),
            sampler: settings.sampler.map_or_else(|| Sampler::read(&env), Sampler::check)?,
            tail: settings
                .tail
                .map_or_else(|| tail::read(&env), |rule| tail::check(rule).map(Some))?,
            batches: batches(&env, &SPANS)?,
            log_batches: batches(&env, &RECORDS)?,
            propagators: Propagators::read(&env)?,
            metric_interval: metric_interval.unwrap_or(METRIC_INTERVAL),
            flush_timeout: settings.flush_timeout.unwrap_or(FLUSH_TIMEOUT),
            spool: spool::read(settings.spool, &env)?,
            resource: resource(settings.service_name, settings.resource, &env)?,
            hash_key: settings.hash_key.map_or_else(|| hash_key(&env), |key| Ok(Some(key)))?,
            price_file: settings.price_file.map(|path| ("Builder::with_price_file", path)).or_else(
                || env.first(["LLM_TRACE_PRICE_FILE"]).map(|(name, path)| (name, path.into())),
            ),
            log_filter: settings
                .log_filter
                .map(|filter| ("Builder::with_log_filter", filter))
                .or_else(|| env.first(["RUST_LOG"])),
            export_log_filter: settings
                .export_log_filter
                .map(|filter| ("Builder::with_export_log_filter", filter))
                .or_else(|| env.first([EXPORT_LOG_FILTER]))
                .unwrap_or_else(|| (EXPORT_LOG_FILTER, "info".to_owned())),
        })
    }
}

/// The exporters that a variable names.
#[derive(Clone, Copy, Default)]
struct Exporters {
    otlp: bool,
    console: bool,
}

impl Exporters {
    fn read(
        env: &Env<'_>,
        name: &'static str,
        has_console: bool,
    ) -> Result<Option<Self>, InitError> {
        let Some(words) = env.words(name) else { return Ok(None) };
        let mut exporters = Self::default();
        for word in words {
            match word.as_str() {
                "otlp" => exporters.otlp = true,
                "console" if has_console && cfg!(feature = "console") => exporters.console = true,
                "console" if has_console => {
                    return Err(InitError::Feature { name, value: word, feature: "console" });
                }
                "none" | "" => {}
                _ if has_console => {
                    return Err(wrong(name, word, "`otlp`, `console` or `none`"));
                }
                _ => return Err(wrong(name, word, "`otlp` or `none`")),
            }
        }
        Ok(Some(exporters))
    }
}

impl Propagators {
    fn read(env: &Env<'_>) -> Result<Self, InitError> {
        const NAME: &str = "OTEL_PROPAGATORS";
        let Some(words) = env.words(NAME) else {
            return Ok(Self { trace_context: true, baggage: true });
        };
        let mut propagators = Self { trace_context: false, baggage: false };
        for word in words {
            match word.as_str() {
                "tracecontext" => propagators.trace_context = true,
                "baggage" => propagators.baggage = true,
                "none" | "" => {}
                _ => return Err(wrong(NAME, word, "`tracecontext`, `baggage` or `none`")),
            }
        }
        Ok(propagators)
    }
}

/// Returns the resource's attributes; the last of two with the same key wins.
fn resource(
    service_name: Option<String>,
    said: Vec<KeyValue>,
    env: &Env<'_>,
) -> Result<Vec<KeyValue>, InitError> {
    const NAME: &str = "OTEL_RESOURCE_ATTRIBUTES";
    const SERVICE_NAME: &str = "service.name";
    let mut attributes = vec![KeyValue::new(SERVICE_NAME, unknown_service())];
    if let Some(list) = env.get(NAME) {
        let pairs = pairs::parse(&list).map_err(|_| {
            wrong(NAME, list, "`key=value` pairs with commas between them, percent-encoded")
        })?;
        attributes.extend(pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)));
    }
    attributes.extend(said);
    if let Some(name) = service_name.or_else(|| env.get("OTEL_SERVICE_NAME")) {
        attributes.push(KeyValue::new(SERVICE_NAME, name));
    }
    Ok(attributes)
}

fn unknown_service() -> String {
    let path = std::env::current_exe().ok();
    let name = path.as_deref().and_then(|path| path.file_stem()).and_then(|name| name.to_str());
    name.map_or_else(|| "unknown_service".to_owned(), |name| format!("unknown_service:{name}"))
}

fn hash_key(env: &Env<'_>) -> Result<Option<HashKey>, InitError> {
    const NAME: &str = "LLM_TRACE_HASH_KEY";
    let Some(value) = env.get(NAME) else { return Ok(None) };
    let malformed = |_| InitError::Secret {
        name: NAME,
        place: String::new(),
        accepted: "64 hexadecimal digits",
    };
    value.parse().map(Some).map_err(malformed)
}

/// The variables of a queue.
struct Queue {
    room: &'static str,
    size: &'static str,
    delay: &'static str,
    timeout: &'static str,
    default_delay: Duration,
    /// What to write for a number.
    accepted: &'static str,
    /// What to write for a batch that is larger than the queue.
    bound: &'static str,
}

const SPANS: Queue = Queue {
    room: "OTEL_BSP_MAX_QUEUE_SIZE",
    size: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BSP_SCHEDULE_DELAY",
    timeout: "OTEL_BSP_EXPORT_TIMEOUT",
    default_delay: Duration::from_secs(5),
    accepted: "a number of spans, such as 512",
    bound: "no more than OTEL_BSP_MAX_QUEUE_SIZE",
};

const RECORDS: Queue = Queue {
    room: "OTEL_BLRP_MAX_QUEUE_SIZE",
    size: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BLRP_SCHEDULE_DELAY",
    timeout: "OTEL_BLRP_EXPORT_TIMEOUT",
    default_delay: Duration::from_secs(1),
    accepted: "a number of log records, such as 512",
    bound: "no more than OTEL_BLRP_MAX_QUEUE_SIZE",
};

fn batches(env: &Env<'_>, queue: &Queue) -> Result<Batches, InitError> {
    let room = env.count([queue.room], queue.accepted)?.unwrap_or(2048);
    let size: Option<usize> = env.count([queue.size], queue.accepted)?;
    if let Some(size) = size.filter(|size| *size > room) {
        return Err(wrong(queue.size, size.to_string(), queue.bound));
    }
    // The time limit of an export is the exporter's own; this one is only checked.
    env.millis([queue.timeout])?;
    Ok(Batches {
        queue: room,
        size: size.unwrap_or(512).min(room),
        delay: env.millis([queue.delay])?.unwrap_or(queue.default_delay),
    })
}

#[cfg(test)]
mod tests;
