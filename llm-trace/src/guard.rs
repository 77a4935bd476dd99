//! Owns [`Guard`]: what was recorded is sent when it is flushed, shut down or dropped.
//!
//! The SDK waits without an end, one signal after the other, and on the thread that may be needed
//! for the answer. Here each signal has its thread, and all of them one time limit.

use std::fmt;
use std::io;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::export::notice;
use crate::export::otlp::Otlp;
#[cfg(feature = "prometheus")]
use crate::export::prometheus::Prometheus;
use crate::export::stats::{ExportStats, StatsHandle, Tally};

/// Sends what is still waiting when it is dropped; keep it until the end of `main`.
///
/// Dropping takes no longer than `Builder::with_flush_timeout` says, and works on every kind of
/// tokio runtime, without one, and while a panic unwinds.
///
/// ```
/// fn main() -> Result<(), llm_trace::InitError> {
///     let _guard = llm_trace::init()?;
///     // The program runs.
///     Ok(())
/// }
/// ```
///
/// Nothing is dropped when a signal ends the process, as SIGTERM does in a container. So let `main`
/// return when it comes:
///
/// ```no_run
/// use std::future::pending;
/// use tokio::signal::unix::{SignalKind, signal};
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let _guard = llm_trace::init()?;
///     let mut terminated = signal(SignalKind::terminate())?;
///     let serve = pending::<()>();
///     tokio::select! {
///         () = serve => {}
///         _ = terminated.recv() => {}
///     }
///     Ok(())
/// }
/// ```
///
/// Nor does `std::process::exit` drop anything; call [`shutdown`](fn@shutdown) before it.
#[must_use = "telemetry ends when the guard is dropped: `let _guard = llm_trace::init()?;`"]
pub struct Guard {
    pipeline: Arc<Held>,
    tally: Tally,
}

/// Sends what was recorded by what `init()` and
/// `Builder::install` have set up, and ends telemetry, for code that has no
/// guard at hand and ends the process.
///
/// ```no_run
/// fn fail(reason: &str) -> ! {
///     eprintln!("{reason}");
///     let _ = llm_trace::shutdown();
///     std::process::exit(1);
/// }
/// ```
///
/// The second time, and when nothing is set up, there is nothing to do.
///
/// # Errors
///
/// [`ShutdownError`] if the receiver did not take it in time.
pub fn shutdown() -> Result<(), ShutdownError> {
    let global = lock(&GLOBAL).clone();
    global.map_or(Ok(()), |held| held.end())
}

/// The pipeline of what is set up for the whole program.
static GLOBAL: Mutex<Option<Arc<Held>>> = Mutex::new(None);

/// A pipeline until it has ended.
struct Held {
    pipeline: Mutex<Option<Arc<Pipeline>>>,
    /// Held while it ends, so that a second one who ends it waits too.
    ending: Mutex<()>,
}

impl Held {
    fn get(&self) -> Option<Arc<Pipeline>> {
        lock(&self.pipeline).clone()
    }

    fn end(&self) -> Result<(), ShutdownError> {
        let _ending = lock(&self.ending);
        let pipeline = lock(&self.pipeline).take();
        pipeline.map_or(Ok(()), |pipeline| pipeline.shutdown())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What ends with the guard.
pub(crate) struct Pipeline {
    pub(crate) tracer_provider: Option<SdkTracerProvider>,
    pub(crate) meter_provider: Option<SdkMeterProvider>,
    pub(crate) logger_provider: Option<SdkLoggerProvider>,
    pub(crate) otlp: Option<Otlp>,
    #[cfg(feature = "prometheus")]
    pub(crate) prometheus: Option<Prometheus>,
    pub(crate) tally: Tally,
    pub(crate) limit: Duration,
}

/// Why what was recorded may not have been sent.
///
/// `Debug` shows the message too: that is what a `main` prints that returns this error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ShutdownError {
    /// An export failed; the program was warned of that already.
    #[error("telemetry is not exported to {0}")]
    Export(String),
    /// The time limit was reached.
    #[error("telemetry was not sent within {limit:?}; see `Builder::with_flush_timeout`")]
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// A thread could not be started.
    #[error("the thread that waits for the last export did not start")]
    Thread(#[source] io::Error),
}

impl fmt::Debug for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Guard {
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        let tally = pipeline.tally.clone();
        let pipeline = Mutex::new(Some(Arc::new(pipeline)));
        Self { pipeline: Arc::new(Held { pipeline, ending: Mutex::new(()) }), tally }
    }

    /// Makes [`shutdown`](fn@shutdown) end what this guard ends.
    pub(crate) fn make_global(&self) {
        *lock(&GLOBAL) = Some(self.pipeline.clone());
    }

    /// Returns what became of everything that was to be exported, over OTLP and by exporters of the
    /// program's own.
    ///
    /// The numbers of OTLP are also exported as metrics, `otel.sdk.*` and `llm_trace.export.*`.
    #[must_use]
    pub fn stats(&self) -> ExportStats {
        self.tally.read()
    }

    /// Returns a handle that reads the same counts, also when the guard is gone.
    #[must_use]
    pub fn stats_handle(&self) -> StatsHandle {
        StatsHandle(self.tally.clone())
    }

    /// Sends what was recorded so far, as before a process is frozen.
    ///
    /// # Errors
    ///
    /// [`ShutdownError`] if the receiver did not take it in time.
    pub fn flush(&self) -> Result<(), ShutdownError> {
        match self.pipeline.get() {
            Some(pipeline) => pipeline.wait(
                SdkTracerProvider::force_flush,
                SdkMeterProvider::force_flush,
                SdkLoggerProvider::force_flush,
            ),
            None => Ok(()),
        }
    }

    /// Returns the metrics as Prometheus reads them, if the builder or the environment wants that.
    #[cfg(feature = "prometheus")]
    #[must_use]
    pub fn prometheus(&self) -> Option<Prometheus> {
        self.pipeline.get()?.prometheus.clone()
    }

    /// Sends what was recorded, and ends telemetry. Dropping the guard does the same.
    ///
    /// # Errors
    ///
    /// [`ShutdownError`] if the receiver did not take it in time.
    pub fn shutdown(self) -> Result<(), ShutdownError> {
        self.pipeline.end()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        match self.pipeline.end() {
            // A failed export was said when it failed.
            Ok(()) | Err(ShutdownError::Export(_)) => {}
            Err(error) => notice::warn(error),
        }
    }
}

/// Shows nothing: exporters hold headers, and those are secrets.
impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

impl Pipeline {
    fn shutdown(&self) -> Result<(), ShutdownError> {
        #[cfg(feature = "prometheus")]
        if let Some(prometheus) = &self.prometheus {
            prometheus.close();
        }
        let (limit, started) = (self.limit, Instant::now());
        if let Some(otlp) = &self.otlp {
            // What is left of the limit is for the threads to end.
            otlp.close_within(limit.mul_f32(0.9));
        }
        let result = self.wait(
            move |tracer_provider| tracer_provider.shutdown_with_timeout(limit),
            move |meter_provider| meter_provider.shutdown_with_timeout(limit),
            move |logger_provider| logger_provider.shutdown_with_timeout(limit),
        );
        if let Some(drain) = self.otlp.as_ref().and_then(Otlp::drain) {
            let (done, ended) = mpsc::channel();
            spawn(done, move || {
                drain();
                Ok(())
            })?;
            let _ = ended.recv_timeout(limit.saturating_sub(started.elapsed()));
        }
        result
    }

    fn wait(
        &self,
        traces: impl FnOnce(&SdkTracerProvider) -> OTelSdkResult + Send + 'static,
        metrics: impl FnOnce(&SdkMeterProvider) -> OTelSdkResult + Send + 'static,
        logs: impl FnOnce(&SdkLoggerProvider) -> OTelSdkResult + Send + 'static,
    ) -> Result<(), ShutdownError> {
        let deadline = Instant::now() + self.limit;
        let (done, ended) = mpsc::channel();
        if let Some(tracer_provider) = self.tracer_provider.clone() {
            spawn(done.clone(), move || traces(&tracer_provider))?;
        }
        if let Some(meter_provider) = self.meter_provider.clone() {
            spawn(done.clone(), move || metrics(&meter_provider))?;
        }
        if let Some(logger_provider) = self.logger_provider.clone() {
            spawn(done.clone(), move || logs(&logger_provider))?;
        }
        drop(done);
        let mut failure = None;
        loop {
            match ended.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Ok(()) | Err(OTelSdkError::AlreadyShutdown)) => {}
                Ok(Err(OTelSdkError::InternalFailure(reason))) => failure = Some(reason),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) | Ok(Err(OTelSdkError::Timeout(_))) => {
                    return Err(ShutdownError::Timeout { limit: self.limit });
                }
            }
        }
        // The SDK loses the reason on its way here.
        let failure = self.otlp.as_ref().and_then(Otlp::failure).or(failure);
        failure.map_or(Ok(()), |reason| Err(ShutdownError::Export(reason)))
    }
}

fn spawn(
    done: mpsc::Sender<OTelSdkResult>,
    job: impl FnOnce() -> OTelSdkResult + Send + 'static,
) -> Result<(), ShutdownError> {
    let thread = thread::Builder::new().name("llm-trace-flush".to_owned());
    thread
        .spawn(move || {
            let result = job();
            // The receiver is gone if it waited long enough.
            let _ = done.send(result);
        })
        .map_err(ShutdownError::Thread)?;
    Ok(())
}
