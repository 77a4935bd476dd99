//! Owns [`Builder::install`]: everything that is global, in one call, beside what the program has set.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::level_filters::LevelFilter;
use tracing::subscriber;
use tracing_subscriber::layer::SubscriberExt;

use super::joining::{Found, Subscriber};
use super::{Builder, Parts, text_log};
use crate::config::InitError;
use crate::export::notice;
use crate::guard::Guard;

/// The subscriber that `install` found, once it succeeded, and whether it was called again after
/// that.
static FOUND: OnceLock<Subscriber> = OnceLock::new();
static REFUSED: AtomicBool = AtomicBool::new(false);

/// What became of `install`.
pub(crate) struct Installed {
    /// The subscriber that it found, if it succeeded.
    pub(crate) found: Option<Subscriber>,
    pub(crate) was_refused: bool,
}

impl Installed {
    pub(crate) fn read() -> Self {
        Self { found: FOUND.get().copied(), was_refused: REFUSED.load(Ordering::Relaxed) }
    }
}

impl Builder {
    /// Sets the `tracing` subscriber, the OpenTelemetry providers and the propagator, and joins those
    /// that the program has set.
    ///
    /// A tracer provider, meter provider or propagator of the program stays, and is used, unless
    /// [`with_globals_replaced`](Self::with_globals_replaced) says otherwise. So does a subscriber,
    /// which nothing replaces; it keeps its text log, and gets none of ours:
    ///
    /// - With a layer of `tracing-opentelemetry` in it, the spans of annotated functions go through
    ///   that layer to its tracer provider, as its filters say. Exporters of spans that are
    ///   configured here get nothing. (One behind `reload` cannot be seen from outside: it gets
    ///   the spans that its filters let through, and the exporters get the others.) What other
    ///   libraries trace inside is counted with [`layer()`](crate::layer()) beside it.
    /// - Without one, as with `tracing_subscriber::fmt::init()`, these spans are made without the
    ///   subscriber, whatever its filters say. The spans of other libraries and `tracing` events are
    ///   not exported, which is said once. To have them too, build the subscriber with
    ///   [`Parts::layer`], and call [`Parts::set_globals`] in place of this; where only the counts
    ///   of other libraries are wanted, [`layer()`](crate::layer()) is enough. A task that is spawned
    ///   with the span of a call is below it, unless the filter switches that span off: then spawn
    ///   it `with_current_context()`, of OpenTelemetry's `FutureExt`.
    ///
    /// ```
    /// use llm_trace::{Builder, llm_span};
    ///
    /// #[llm_span(tool = "add_numbers")]
    /// fn add(left: i64, right: i64) -> Option<llm_trace::TraceContext> {
    ///     assert_eq!(left + right, 42);
    ///     llm_trace::current().trace_context()
    /// }
    ///
    /// tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).init();
    /// let _guard = Builder::new().install()?;
    /// assert!(add(40, 2).is_some(), "the call is in a trace");
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::AlreadyInstalled`] the second time, and those of [`build`](Self::build). Nothing
    /// global has changed then.
    pub fn install(self) -> Result<Guard, InitError> {
        if FOUND.get().is_some() {
            return Err(refused());
        }
        let (mut config, added) = self.read()?;
        let subscriber = Subscriber::read();
        config.join(Found::read(), subscriber);
        let text_log = match subscriber {
            Subscriber::Absent => {
                Some(text_log::layer(config.log_filter.as_ref(), config.sdk_log_level)?)
            }
            Subscriber::Exporting | Subscriber::Plain => None,
        };
        let is_disabled = config.is_disabled;
        let parts = Parts::new(config, added)?;
        if FOUND.set(subscriber).is_err() {
            return Err(refused());
        }
        let is_ours = text_log.is_some_and(|text_log| {
            let ours = tracing_subscriber::registry().with(parts.layer()).with(text_log);
            subscriber::set_global_default(ours).is_ok()
        });
        if is_disabled {
            notice::warn("no telemetry is recorded: OTEL_SDK_DISABLED is true");
        } else if subscriber == Subscriber::Exporting {
            look_at_filter();
        } else if !is_ours {
            export_directly(&parts);
        }
        Ok(parts.set_globals())
    }
}

fn refused() -> InitError {
    REFUSED.store(true, Ordering::Relaxed);
    InitError::AlreadyInstalled
}

/// The program's layer is the one that exports, and what its subscriber switches off does not
/// reach it.
fn look_at_filter() {
    let level = LevelFilter::current();
    if level < LevelFilter::INFO {
        notice::warn(format_args!(
            "the program's `tracing` subscriber lets nothing below {level} through to its \
             `tracing-opentelemetry` layer, and calls are at INFO: give its filter to one layer \
             instead of all, with `.with_filter(…)`"
        ));
    }
}

/// Exports what the program's subscriber does not.
fn export_directly(parts: &Parts) {
    if parts.export_directly() {
        notice::warn(
            "calls are exported past the program's `tracing` subscriber, which has no \
             `tracing-opentelemetry` layer; spans of other libraries and events are not. To export \
             those too, `let parts = llm_trace::Builder::new().build()?;`, add \
             `.with(parts.layer())` to the subscriber, and write \
             `let _guard = parts.set_globals();` in place of `init()`",
        );
    }
}
