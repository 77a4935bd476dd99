//! Owns the set-up: [`init`] for `main`, [`Builder`] for what the environment does not say.

mod adding;
pub(crate) mod bridge;
mod exporting;
mod installing;
pub(crate) mod joining;
mod parts;
mod privacy;
mod providers;
mod reaching;
mod receiving;
mod text_log;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::{Key, KeyValue, Value};

use crate::config::{
    Config, InitError, Inspected, Propagator, Sampler, Settings, environment, environment_names,
};
use crate::digest::HashKey;
#[cfg(feature = "spool")]
use crate::export::SpoolSettings;
use crate::export::tail::TailSampling;
use crate::guard::Guard;
use crate::layer::InnerSpans;

use adding::Added;
pub(crate) use installing::Installed;
pub use parts::Parts;

/// Sets up tracing, metrics, logs and a text log as the environment says.
///
/// With `OTEL_EXPORTER_OTLP_ENDPOINT` set, spans, metrics and logs go there; without it, each finished
/// trace is drawn on stderr. `RUST_LOG` steers the text log only, never what is exported. What the
/// program has set already, be it a subscriber or a provider, is joined. It is short for
/// [`Builder::new().install()`](Builder::install).
///
/// # Errors
///
/// [`InitError`] names what is wrong and what to write; nothing is half set up.
///
/// # Examples
///
/// ```
/// fn main() -> Result<(), llm_trace::InitError> {
///     let _guard = llm_trace::init()?;
///     assert!(llm_trace::init().is_err(), "once is enough");
///     Ok(())
/// }
/// ```
pub fn init() -> Result<Guard, InitError> {
    Builder::new().install()
}

/// Says what the environment does not, or otherwise than it does.
///
/// What is said here wins over the environment, and what is said of one signal over what is said of
/// all. Every variable, with its method, is in the module `variables`.
///
/// ```
/// use llm_trace::{Builder, Sampler};
///
/// let parts = Builder::new()
///     .with_service_name("checkout")
///     .with_sampler(Sampler::ParentBasedTraceIdRatio(0.1))
///     .build()?;
/// parts.guard.shutdown().unwrap();
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `install()` or `build()`"]
pub struct Builder {
    settings: Settings,
    added: Added,
}

impl Builder {
    /// Creates a builder that leaves everything to the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the service.
    ///
    /// Defaults to `OTEL_SERVICE_NAME`, then to `unknown_service:` and the name of the program.
    pub fn with_service_name(mut self, name: impl Into<String>) -> Self {
        self.settings.service_name = Some(name.into());
        self
    }

    /// Sets whether nothing is recorded at all.
    ///
    /// Defaults to `OTEL_SDK_DISABLED`, then to `false`.
    pub fn with_sdk_disabled(mut self, disabled: bool) -> Self {
        self.settings.disabled = Some(disabled);
        self
    }

    /// Sets the version of the service, as in `env!("CARGO_PKG_VERSION")`.
    ///
    /// Defaults to `service.version` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn with_service_version(self, version: impl Into<String>) -> Self {
        self.with_resource_attribute("service.version", version.into())
    }

    /// Sets where the service runs, as in `production`.
    ///
    /// Defaults to `deployment.environment.name` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn with_deployment_environment(self, name: impl Into<String>) -> Self {
        self.with_resource_attribute("deployment.environment.name", name.into())
    }

    /// Adds an attribute of the service, such as `service.namespace`.
    ///
    /// Host and process are there without being told. Defaults to those in `OTEL_RESOURCE_ATTRIBUTES`, which are sent too.
    pub fn with_resource_attribute(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.settings.resource.push(KeyValue::new(key, value));
        self
    }

    /// Sets which traces are recorded.
    ///
    /// Defaults to `OTEL_TRACES_SAMPLER`, then to [`Sampler::ParentBasedAlwaysOn`].
    pub fn with_sampler(mut self, sampler: Sampler) -> Self {
        self.settings.sampler = Some(sampler);
        self
    }

    /// Sets which traces are sent once they have ended: those with errors, slow and expensive ones,
    /// and a share of the rest.
    ///
    /// Defaults to `LLM_TRACE_TAIL_RATIO` and its like, as in [`TailSampling`], then to all that
    /// are recorded.
    pub fn with_tail_sampling(mut self, rule: TailSampling) -> Self {
        self.settings.tail = Some(rule);
        self
    }

    /// Sets what crosses process boundaries.
    ///
    /// Defaults to `OTEL_PROPAGATORS`, then to both.
    pub fn with_propagators(mut self, propagators: impl IntoIterator<Item = Propagator>) -> Self {
        self.settings.propagators = Some(propagators.into_iter().collect());
        self
    }

    /// Sets the key of the hashes that stand in for text.
    ///
    /// Defaults to `LLM_TRACE_HASH_KEY`, with `LLM_TRACE_HASH_KEY_PREVIOUS` while two keys overlap;
    /// then to a key that this process makes for itself.
    pub fn with_hash_key(mut self, key: HashKey) -> Self {
        self.settings.hash_key = Some(key);
        self
    }

    /// Sets a JSON file with prices that go before those of published models, in US dollars per
    /// million tokens.
    ///
    /// ```
    /// # let path = std::env::temp_dir().join(format!("llm-trace-doc-{}.json", std::process::id()));
    /// let prices = r#"{
    ///     "as_of": "2026-11-20",
    ///     "prices": [
    ///         {"model": "acme-*", "provider": "acme", "input": 2.0, "output": 6.0, "cache_read": 0.2}
    ///     ]
    /// }"#;
    /// std::fs::write(&path, prices)?;
    /// let _guard = llm_trace::Builder::new().with_price_file(&path).install()?;
    ///
    /// let usage = llm_trace::Usage::cache_inclusive(1000, 500);
    /// let cost = llm_trace::cost_of(&llm_trace::Provider::custom("acme"), "acme-1", &usage)?;
    /// assert_eq!((cost.dollars(), cost.as_of()), (0.005, Some("2026-11-20")));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// More keys: `cache_write`, `cache_write_1h`, `cache_read_audio`, `cache_read_image`,
    /// `input_audio`, `input_image`, `output_audio`, `output_image` and `reasoning` per million
    /// tokens, `request` and `web_search` each. An unknown key is an error.
    ///
    /// Defaults to `LLM_TRACE_PRICE_FILE`, then to no file.
    pub fn with_price_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.price_file = Some(path.into());
        self
    }

    /// Sets whether the spans of model calls that another library makes inside annotated functions
    /// are exported.
    ///
    /// Defaults to [`InnerSpans::Shown`]. No variable.
    pub fn with_inner_spans(mut self, inner_spans: InnerSpans) -> Self {
        self.settings.inner_spans = inner_spans;
        self
    }

    /// Sets what the text log on stderr shows, as in `info,hyper=warn`. A program with a subscriber
    /// of its own has its own text log, and this has no say in it.
    ///
    /// Defaults to `RUST_LOG`, then to `warn`.
    pub fn with_log_filter(mut self, filter: impl Into<String>) -> Self {
        self.settings.log_filter = Some(filter.into());
        self
    }

    /// Sets from which level on the SDK and this crate say in the text log what they do: `none`,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    ///
    /// Defaults to `OTEL_LOG_LEVEL`, then to this crate's warnings alone.
    pub fn with_sdk_log_level(mut self, level: impl Into<String>) -> Self {
        self.settings.sdk_log_level = Some(level.into());
        self
    }

    /// Sets which `tracing` events are exported as log records, as in `info,my_crate=debug`. It has
    /// no say in spans, nor in the text log on stderr. Of a program with a subscriber of its own,
    /// events are exported by [`Parts::layer`] alone.
    ///
    /// Defaults to `LLM_TRACE_EXPORT_LOG_FILTER`, then to `info`.
    pub fn with_export_log_filter(mut self, filter: impl Into<String>) -> Self {
        self.settings.export_log_filter = Some(filter.into());
        self
    }

    /// Sets how long the guard waits for the last export.
    ///
    /// Defaults to five seconds. No variable.
    pub fn with_flush_timeout(mut self, timeout: Duration) -> Self {
        self.settings.flush_timeout = Some(timeout);
        self
    }

    /// Keeps what cannot be delivered in files of a directory, `max_bytes` of them at most, and sends
    /// it in the same order when the receiver takes it again, also after a restart. Needs the feature
    /// `spool`.
    ///
    /// What does not find room pushes out what is oldest. Files are whole, synced, and carry a
    /// checksum: a program that is killed loses only what was not in the spool yet, which is what is
    /// younger than `OTEL_BSP_SCHEDULE_DELAY`. Each process needs a directory of its own. The files
    /// hold what would have been sent, and nothing more.
    ///
    /// ```
    /// # let directory = std::env::temp_dir().join(format!("llm-trace-doc-spool-{}", std::process::id()));
    /// let parts = llm_trace::Builder::new()
    ///     .with_endpoint("http://localhost:4318")
    ///     .with_spool(&directory, 64 * 1024 * 1024)
    ///     .build()?;
    /// assert_eq!(parts.guard.stats().traces.spooled, 0);
    /// # drop(parts);
    /// # std::fs::remove_dir_all(directory)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Defaults to `LLM_TRACE_SPOOL_DIR` and `LLM_TRACE_SPOOL_MAX_BYTES` (256 MiB), then to no spool.
    #[cfg(feature = "spool")]
    pub fn with_spool(mut self, directory: impl Into<PathBuf>, max_bytes: u64) -> Self {
        self.settings.spool = Some(SpoolSettings { directory: directory.into(), max_bytes });
        self
    }

    /// Sets whether tracer provider, meter provider and propagator of the program give way to ours.
    /// Otherwise those that are set already stay: spans and metrics of calls go to them, and the
    /// exporters that are configured here for such a signal get nothing. Nothing replaces a
    /// `tracing` subscriber, nor the tracer provider of a layer in it.
    ///
    /// Defaults to `false`. No variable.
    pub fn with_globals_replaced(mut self, replaced: bool) -> Self {
        self.settings.replace_globals = replaced;
        self
    }

    /// Makes the parts, for a program with a subscriber of its own. Nothing global is touched.
    ///
    /// # Errors
    ///
    /// [`InitError`] names what is wrong and what to write.
    pub fn build(self) -> Result<Parts, InitError> {
        let (config, added) = self.read()?;
        Parts::new(config, added)
    }

    fn read(self) -> Result<(Config, Added), InitError> {
        Ok((Config::read(self.settings, &environment)?, self.added))
    }

    /// Reads the configuration with an account of it.
    pub(crate) fn inspect(self) -> Inspected {
        Config::inspect(self.settings, &environment, environment_names())
    }
}

/// Shows nothing: headers and hash key are secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}
