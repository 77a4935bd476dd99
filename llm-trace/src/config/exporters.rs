//! Owns which exporters a signal has.

use super::InitError;
use super::env::{Env, wrong};

/// An exporter, as `OTEL_TRACES_EXPORTER` and its like name it.
///
/// ```
/// use llm_trace::{Builder, Exporter};
///
/// let error = Builder::new().with_logs_exporters([Exporter::Prometheus]).build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "Builder::with_logs_exporters is \"prometheus\"; write `otlp`, `console` or `none`",
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Exporter {
    /// On stderr: traces as trees, metrics once in an interval, logs as lines. Needs the feature
    /// `console`.
    Console,
    /// OTLP, to the receiver of the signal.
    Otlp,
    /// Metrics only: an endpoint that Prometheus reads. Needs the feature `prometheus`.
    Prometheus,
}

/// The variable of a signal, its method, and what it accepts.
pub(super) struct List {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    known: &'static [Exporter],
    accepted: &'static str,
}

pub(super) const TRACES: List = List {
    name: "OTEL_TRACES_EXPORTER",
    method: "Builder::with_traces_exporters",
    known: &[Exporter::Console, Exporter::Otlp],
    accepted: "`otlp`, `console` or `none`",
};

pub(super) const METRICS: List = List {
    name: "OTEL_METRICS_EXPORTER",
    method: "Builder::with_metrics_exporters",
    known: &[Exporter::Console, Exporter::Otlp, Exporter::Prometheus],
    accepted: "`otlp`, `console`, `prometheus` or `none`",
};

pub(super) const LOGS: List = List {
    name: "OTEL_LOGS_EXPORTER",
    method: "Builder::with_logs_exporters",
    known: &[Exporter::Console, Exporter::Otlp],
    accepted: "`otlp`, `console` or `none`",
};

impl Exporter {
    const ALL: [Self; 3] = [Self::Console, Self::Otlp, Self::Prometheus];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Otlp => "otlp",
            Self::Prometheus => "prometheus",
        }
    }

    /// The feature that it needs and that is off. That of OTLP depends on the protocol.
    fn missing(self) -> Option<&'static str> {
        match self {
            Self::Console if !cfg!(feature = "console") => Some("console"),
            Self::Prometheus if !cfg!(feature = "prometheus") => Some("prometheus"),
            _ => None,
        }
    }
}

impl List {
    /// Returns the exporters, or `None` if nothing is said of them.
    pub(super) fn read(
        &self,
        said: Option<&[Exporter]>,
        env: &Env<'_>,
    ) -> Result<Option<Vec<Exporter>>, InitError> {
        let (name, exporters) = if let Some(said) = said {
            (self.method, said.to_vec())
        } else {
            let Some(words) = env.words(self.name) else { return Ok(None) };
            let mut exporters = Vec::new();
            for word in words.into_iter().filter(|word| !["none", ""].contains(&&**word)) {
                let found = Exporter::ALL.into_iter().find(|known| known.as_str() == word);
                exporters.push(found.ok_or_else(|| wrong(self.name, word, self.accepted))?);
            }
            (self.name, exporters)
        };
        for exporter in &exporters {
            let value = exporter.as_str().to_owned();
            if !self.known.contains(exporter) {
                return Err(wrong(name, value, self.accepted));
            }
            if let Some(feature) = exporter.missing() {
                return Err(InitError::Feature { name, value, feature });
            }
        }
        Ok(Some(exporters))
    }
}
