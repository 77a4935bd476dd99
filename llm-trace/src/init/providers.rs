//! Owns how the providers are made of the configuration, each with all its exporters.

#[cfg(feature = "otlp-json")]
use std::sync::Arc;

use opentelemetry::InstrumentationScope;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
#[cfg(feature = "console")]
use opentelemetry_sdk::metrics::PeriodicReader;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, MeterProviderBuilder, SdkMeterProvider, Stream,
};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanProcessor};

use crate::config::{Config, InitError, Named};
use crate::export::added::{AddedLogs, AddedSpans, Before};
#[cfg(feature = "console")]
use crate::export::console::{Console, LogLines, MetricLines};
#[cfg(feature = "otlp-json")]
use crate::export::file::JsonFile;
use crate::export::front::Front;
use crate::export::otlp::Otlp;
#[cfg(feature = "prometheus")]
use crate::export::prometheus::Prometheus;
use crate::export::records::Records;
use crate::export::stats::Tally;
use crate::export::tail::{Counts, Tail};
use crate::export::{Place, SpoolSettings, Target};
use crate::semconv;

/// Makes the providers, and keeps what their exporters share.
#[derive(Default)]
pub(super) struct Providers {
    pub(super) otlp: Option<Otlp>,
    #[cfg(feature = "prometheus")]
    pub(super) prometheus: Option<Prometheus>,
    pub(super) tally: Tally,
    #[cfg(feature = "otlp-json")]
    file: Option<Arc<JsonFile>>,
    /// What the tail rule decides, if there is one.
    judged: Option<Counts>,
    /// Where it was named, and what.
    spool: Option<Named<SpoolSettings>>,
}

impl Providers {
    /// Opens the file to which every signal is appended, if there is to be one.
    #[cfg_attr(
        not(feature = "otlp-json"),
        expect(clippy::unnecessary_wraps, reason = "there is no file")
    )]
    pub(super) fn new(config: &Config) -> Result<Self, InitError> {
        #[cfg(feature = "otlp-json")]
        let file = match &config.json_file {
            Some((name, path)) if !config.is_disabled => {
                let failed = |source| InitError::File { name, path: path.clone(), source };
                Some(Arc::new(JsonFile::open(path).map_err(failed)?))
            }
            _ => None,
        };
        Ok(Self {
            #[cfg(feature = "otlp-json")]
            file,
            spool: config.spool.clone(),
            tally: Tally::new(config.gate.withheld()),
            ..Self::default()
        })
    }

    pub(super) fn tracer_provider(
        &mut self,
        config: &Config,
        processors: Vec<Box<dyn SpanProcessor>>,
        exporters: Vec<AddedSpans>,
        resource: &Resource,
    ) -> Result<Option<SdkTracerProvider>, InitError> {
        let has_place = config.traces.is_some() || config.json_file.is_some();
        let is_added = !(processors.is_empty() && exporters.is_empty());
        let is_on = has_place || config.console || is_added;
        if !is_on || config.joining.tracer_provider {
            return Ok(None);
        }
        let mut front = Front::default();
        if !processors.is_empty() {
            front.add(config.gate.before_processors(processors));
        }
        for exporter in exporters {
            let (gate, batches, limits) = (config.gate.clone(), config.batches, config.limits);
            let counters = self.tally.add_span_exporter();
            let exporter = exporter.start(Before { gate, batches, limits, counters });
            front.add(exporter.map_err(InitError::Runtime)?);
        }
        #[cfg(feature = "console")]
        if config.console {
            front.watch(config.gate.before_names(Console::stderr()));
        }
        self.places(config.traces.as_ref(), |otlp, place| {
            front.add(otlp.span_processor(place, config.batches, config.limits, &config.gate)?);
            Ok(())
        })?;
        let limits = config.limits;
        let builder = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_max_attributes_per_span(limits.attributes)
            .with_max_events_per_span(limits.events)
            .with_max_links_per_span(limits.links)
            .with_max_attributes_per_event(limits.event_attributes)
            .with_max_attributes_per_link(limits.link_attributes);
        let builder = match config.tail.map(Tail::new) {
            None => builder.with_sampler(config.sampler.build()),
            Some(tail) => {
                let builder = builder.with_sampler(tail.sampler(config.sampler.build()));
                self.judged = Some(tail.counts());
                front.judge(tail);
                builder
            }
        };
        Ok(Some(builder.with_span_processor(front).build()))
    }

    pub(super) fn meter_provider(
        &mut self,
        config: &Config,
        resource: &Resource,
    ) -> Result<Option<SdkMeterProvider>, InitError> {
        let measuring = &config.measuring;
        let has_place = config.metrics.is_some() || config.json_file.is_some();
        let is_on = has_place || measuring.has_prometheus_text || config.printed.metrics;
        if !is_on || config.joining.meter_provider {
            return Ok(None);
        }
        let mut builder = SdkMeterProvider::builder().with_resource(resource.clone());
        self.places(config.metrics.as_ref(), |otlp, place| {
            let with = std::mem::take(&mut builder);
            let (interval, temporality) = (measuring.interval, measuring.temporality);
            builder = otlp.add_metrics(with, place, interval, temporality, &config.gate)?;
            Ok(())
        })?;
        #[cfg(feature = "console")]
        if config.printed.metrics {
            let lines = MetricLines::stderr(config.gate.clone(), measuring.temporality);
            let reader = PeriodicReader::builder(lines).with_interval(measuring.interval).build();
            builder = builder.with_reader(reader);
        }
        let builder = self.add_prometheus(builder, config)?;
        let builder = if measuring.has_exponential_histograms {
            builder.with_view(exponential)
        } else {
            builder
        };
        let meter_provider = builder.build();
        if let Some(judged) = &self.judged {
            judged.observe(&meter_provider.meter_with_scope(scope()));
        }
        Ok(Some(meter_provider))
    }

    #[cfg_attr(
        not(feature = "prometheus"),
        expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "there is no Prometheus")
    )]
    fn add_prometheus(
        &mut self,
        builder: MeterProviderBuilder,
        config: &Config,
    ) -> Result<MeterProviderBuilder, InitError> {
        #[cfg(feature = "prometheus")]
        if config.measuring.has_prometheus_text {
            let endpoint = config.measuring.prometheus.as_ref();
            let name = endpoint.map(|(host, port)| format!("{host}:{port}")).unwrap_or_default();
            let failed = |reason| InitError::Exporter { endpoint: name.clone(), reason };
            let (mut prometheus, builder) =
                Prometheus::add_to(builder, &config.gate).map_err(failed)?;
            if let Some((host, port)) = endpoint {
                let serving = prometheus.serve((host, *port));
                serving.map_err(|error| failed(error.to_string()))?;
            }
            self.prometheus = Some(prometheus);
            return Ok(builder);
        }
        #[cfg(not(feature = "prometheus"))]
        let _ = config;
        Ok(builder)
    }

    pub(super) fn logger_provider(
        &mut self,
        config: &Config,
        exporters: Vec<AddedLogs>,
        resource: Resource,
    ) -> Result<Option<SdkLoggerProvider>, InitError> {
        let has_place = config.logs.is_some() || config.json_file.is_some();
        if !has_place && !config.printed.logs && exporters.is_empty() {
            return Ok(None);
        }
        let mut records = Records::default();
        #[cfg(feature = "console")]
        if config.printed.logs {
            records.add(LogLines::stderr(config.gate.clone()));
        }
        for exporter in exporters {
            let (gate, limits) = (config.gate.clone(), config.log_limits);
            let (batches, counters) = (config.log_batches, self.tally.add_log_exporter());
            let exporter = exporter.start(Before { gate, batches, limits, counters });
            records.add(exporter.map_err(InitError::Runtime)?);
        }
        self.places(config.logs.as_ref(), |otlp, place| {
            let (batches, limits) = (config.log_batches, config.log_limits);
            records.add(otlp.log_processor(place, batches, limits, &config.gate)?);
            Ok(())
        })?;
        let builder = SdkLoggerProvider::builder().with_resource(resource);
        Ok(Some(builder.with_log_processor(records).build()))
    }

    /// Runs a job for each place that the requests of a signal go to.
    fn places(
        &mut self,
        target: Option<&Target>,
        mut job: impl FnMut(&mut Otlp, &Place<'_>) -> Result<(), String>,
    ) -> Result<(), InitError> {
        if let Some(target) = target {
            let failed = |reason| InitError::Exporter { endpoint: target.url.clone(), reason };
            job(self.otlp()?, &Place::Receiver(target)).map_err(failed)?;
        }
        #[cfg(feature = "otlp-json")]
        if let Some(file) = self.file.clone() {
            let failed = |reason| InitError::Exporter { endpoint: "the file".to_owned(), reason };
            job(self.otlp()?, &Place::File(&file)).map_err(failed)?;
        }
        Ok(())
    }

    fn start(&self) -> Result<Otlp, InitError> {
        let mut otlp = Otlp::start(self.tally.clone()).map_err(InitError::Runtime)?;
        if let Some((name, settings)) = &self.spool {
            otlp.open_spool(settings).map_err(|source| InitError::Spool {
                name,
                path: settings.directory.clone(),
                source,
            })?;
        }
        Ok(otlp)
    }

    fn otlp(&mut self) -> Result<&mut Otlp, InitError> {
        let otlp = match self.otlp.take() {
            Some(otlp) => otlp,
            None => self.start()?,
        };
        Ok(self.otlp.insert(otlp))
    }
}

/// The scope of what this crate records.
pub(super) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(semconv::SCOPE)
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(semconv::SCHEMA_URL)
        .build()
}

/// The view by which histograms fit their buckets to what is measured, as the specification has it.
fn exponential(instrument: &Instrument) -> Option<Stream> {
    let aggregation = Aggregation::Base2ExponentialHistogram {
        max_size: 160,
        max_scale: 20,
        record_min_max: true,
    };
    let is_histogram = instrument.kind() == InstrumentKind::Histogram;
    is_histogram.then(|| Stream::builder().with_aggregation(aggregation).build().ok()).flatten()
}
