//! Stands in for `otlp/` where no transport is built in, so that nothing else has to ask.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use opentelemetry_sdk::metrics::{MeterProviderBuilder, Temporality};

use super::front::Front;
use super::gate::Gate;
use super::limits::{LogLimits, SpanLimits};
use super::records::Records;
use super::stats::Tally;
use super::{Batches, Place, Reply, SpoolSettings, Target};

/// There is none: the configuration refuses an OTLP receiver first, and names the feature.
#[derive(Debug)]
pub(crate) struct Otlp(Infallible);

impl Otlp {
    pub(crate) fn start(_tally: Tally) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn span_processor(
        &mut self,
        _place: &Place<'_>,
        _batches: Batches,
        _limits: SpanLimits,
        _gate: &Gate,
    ) -> Result<Front, String> {
        match self.0 {}
    }

    pub(crate) fn log_processor(
        &mut self,
        _place: &Place<'_>,
        _batches: Batches,
        _limits: LogLimits,
        _gate: &Gate,
    ) -> Result<Records, String> {
        match self.0 {}
    }

    pub(crate) fn add_metrics(
        &mut self,
        _provider: MeterProviderBuilder,
        _place: &Place<'_>,
        _interval: Duration,
        _temporality: Temporality,
        _gate: &Gate,
    ) -> Result<MeterProviderBuilder, String> {
        match self.0 {}
    }

    pub(crate) fn open_spool(&mut self, _settings: &SpoolSettings) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) fn drain(&self) -> Option<fn()> {
        match self.0 {}
    }

    pub(crate) fn close_within(&self, _limit: Duration) {
        match self.0 {}
    }

    pub(crate) fn failure(&self) -> Option<String> {
        match self.0 {}
    }
}

/// Nothing can be asked.
pub(crate) fn ask(_signal: &str, _target: &Target) -> Reply {
    Reply::Unmade("no transport of OTLP is built in".to_owned())
}
