//! Owns [`Diagnosis`]: what is in effect, whether the receivers answer, and why nothing would
//! arrive.

mod fault;
mod probe;

use std::fmt;

use tracing::Level;
use tracing::level_filters::LevelFilter;

use crate::config::{Config, Explained, Inspected};
use crate::init::joining::Subscriber;
use crate::init::{Builder, Installed};
use crate::layer;

pub use fault::{Fault, FaultKind};

/// Looks at the set-up that the environment describes, and at what is in its way.
///
/// An empty request of OTLP goes to the receiver of each signal. Nothing is installed, and nothing
/// that is already is changed. It takes a few seconds if a receiver does not answer, and blocks that
/// long; it needs no async runtime, and minds none.
///
/// ```
/// let diagnosis = llm_trace::doctor();
/// assert!(diagnosis.to_string().contains("service name"));
/// ```
pub fn doctor() -> Diagnosis {
    Builder::new().doctor()
}

/// What [`doctor`] found; prints as a table of what is in effect and where it was said, and a list of
/// what was found.
///
/// ```
/// use llm_trace::{Builder, FaultKind, Sampler};
///
/// let diagnosis = Builder::new().with_sampler(Sampler::AlwaysOff).doctor();
/// assert!(diagnosis.has(FaultKind::Filtered));
/// assert!(diagnosis.to_string().contains("the sampler keeps no trace"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a diagnosis is to be read"]
pub struct Diagnosis {
    settings: Vec<Explained>,
    findings: Vec<String>,
    faults: Vec<Fault>,
}

impl Diagnosis {
    /// Returns what is wrong, in the order in which it was found; a set-up that fails comes first.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns whether a fault of this kind was found.
    #[must_use]
    pub fn has(&self, kind: FaultKind) -> bool {
        self.faults.iter().any(|fault| fault.kind == kind)
    }

    pub(crate) fn new(inspected: Inspected) -> Self {
        let mut diagnosis = Self {
            settings: inspected.settings,
            findings: Vec::new(),
            faults: inspected.faults.into_iter().map(Fault::of_variable).collect(),
        };
        match inspected.config {
            Ok(config) => diagnosis.look(&config),
            Err(error) => diagnosis.faults.insert(0, Fault::of_error(&error)),
        }
        diagnosis
    }

    fn look(&mut self, config: &Config) {
        let subscriber = self.installed();
        if config.is_disabled {
            self.fault(
                FaultKind::Disabled,
                "OTEL_SDK_DISABLED is true: nothing is recorded".into(),
            );
            return;
        }
        self.filters(config, subscriber);
        let targets = [
            ("traces", config.traces.as_ref()),
            ("metrics", config.metrics.as_ref()),
            ("logs", config.logs.as_ref()),
        ];
        if targets.iter().all(|(_, target)| target.is_none()) {
            self.findings.push(
                "no receiver is configured: set OTEL_EXPORTER_OTLP_ENDPOINT to send telemetry"
                    .to_owned(),
            );
        }
        let probes = targets.into_iter().filter_map(|(signal, target)| Some((signal, target?)));
        for found in probe::all(probes.collect()) {
            match found {
                Ok(finding) => self.findings.push(finding),
                Err(fault) if self.faults.contains(&fault) => {}
                Err(fault) => self.faults.push(fault),
            }
        }
        self.findings
            .push("exports run on threads of their own: no async runtime is needed".into());
    }

    /// Says whether anything is installed, and how spans of calls are made.
    fn installed(&mut self) -> Subscriber {
        let Installed { found, was_refused } = Installed::read();
        if was_refused {
            let text = "`init()` or `install()` was called again; the second call failed, and what it said is not in effect";
            self.fault(FaultKind::SecondInit, text.into());
        }
        let (state, subscriber) = match found {
            Some(found) => ("llm-trace is installed; this is what a new start would do", found),
            None => ("llm-trace is not installed yet", Subscriber::read()),
        };
        self.findings.push(state.to_owned());
        self.findings.push(way(subscriber).to_owned());
        if subscriber != Subscriber::Absent && !layer::is_current() {
            self.findings.push(
                "what Rig and other libraries trace inside annotated functions is not counted: add \
                 `.with(llm_trace::layer())` to the program's subscriber"
                    .to_owned(),
            );
        }
        subscriber
    }

    fn filters(&mut self, config: &Config, subscriber: Subscriber) {
        // What is made without the subscriber, no filter of that holds back.
        let is_through = subscriber != Subscriber::Plain && tracing::dispatcher::has_been_set();
        if is_through && !is_heard() {
            let level = LevelFilter::current();
            let text = format!(
                "the `tracing` subscriber lets nothing below {level} through, and spans are INFO: \
                 give its filter to one layer instead of all, with `.with_filter(…)`"
            );
            self.fault(FaultKind::Filtered, text);
        }
        if config.sampler.is_never() {
            let text = "the sampler keeps no trace: see OTEL_TRACES_SAMPLER";
            self.fault(FaultKind::Filtered, text.into());
        }
        if config.logs.is_some() && config.export_log_filter.1.trim() == "off" {
            let text = format!("{} is \"off\": no event is exported", config.export_log_filter.0);
            self.fault(FaultKind::Filtered, text);
        }
    }

    fn fault(&mut self, kind: FaultKind, text: String) {
        self.faults.push(Fault { kind, text });
    }
}

/// Returns how the spans of calls are made beside a subscriber.
fn way(subscriber: Subscriber) -> &'static str {
    match subscriber {
        Subscriber::Absent => {
            "no `tracing` subscriber but that of `init()`: spans are made by its layer"
        }
        Subscriber::Exporting => {
            "the program's `tracing` subscriber has a `tracing-opentelemetry` layer: spans are made \
             by that, and go to its tracer provider"
        }
        Subscriber::Plain => {
            "the program's `tracing` subscriber has no `tracing-opentelemetry` layer: spans of calls \
             are made without it; those of other libraries, and events, are exported if you add \
             `.with(parts.layer())` to it, with the parts of `Builder::build()`"
        }
    }
}

/// Returns whether the subscriber would hear of an annotated function.
fn is_heard() -> bool {
    LevelFilter::current() >= LevelFilter::INFO
        && tracing::span_enabled!(target: "llm_trace", Level::INFO)
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&Explained) -> &str| {
            self.settings.iter().map(|it| of(it).chars().count()).max().unwrap_or_default()
        };
        let (what, value) = (width(|it| it.what), width(|it| &it.value).min(60));
        for Explained { what: name, value: said, from } in &self.settings {
            writeln!(f, "{name:what$}  {said:value$}  {from}")?;
        }
        writeln!(f)?;
        for finding in &self.findings {
            writeln!(f, "- {finding}")?;
        }
        for fault in &self.faults {
            writeln!(f, "✗ {fault}")?;
        }
        if self.faults.is_empty() {
            writeln!(f, "✓ nothing is in the way")?;
        }
        Ok(())
    }
}

impl Builder {
    /// Looks at what this builder and the environment would set up, as [`doctor`] does.
    ///
    /// ```
    /// use llm_trace::{Builder, FaultKind};
    ///
    /// let diagnosis = Builder::new().with_endpoint("localhost:4318").doctor();
    /// assert!(diagnosis.has(FaultKind::Malformed), "there is no scheme");
    /// ```
    pub fn doctor(self) -> Diagnosis {
        Diagnosis::new(self.inspect())
    }
}
