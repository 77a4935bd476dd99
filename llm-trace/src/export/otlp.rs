//! Owns the OTLP exporters; the only file that names `opentelemetry_otlp`.
//!
//! The transport is chosen here, and never by which features of it the program happens to turn on.

use std::fmt::Display;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::WithExportConfig;
use opentelemetry_otlp::WithHttpConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{MeterProviderBuilder, PeriodicReader, Temporality};
use opentelemetry_sdk::trace::{SpanData, SpanExporter, SpanProcessor};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::SpoolSettings;
use super::courier::{Courier, Transport};
use super::gate::Gate;
#[cfg(feature = "otlp-grpc")]
use super::grpc;
use super::health::{Health, Said};
#[cfg(feature = "otlp-http")]
use super::http;
use super::log_queue::Logs;
use super::parcel::Tray;
use super::queue::Spans;
use super::runtime::{Closing, Runtime};
use super::spool::{self, Lane, Spool};
use super::stats::{Counters, Tally};
use super::{Batches, Protocol, Target};

/// What the exporters share, kept by the guard.
#[derive(Debug)]
pub(crate) struct Otlp {
    runtime: Arc<Runtime>,
    closing: watch::Sender<Option<Instant>>,
    said: Said,
    signals: Vec<Arc<Health>>,
    tally: Tally,
    spool: Option<Arc<Spool>>,
    /// The tasks that send what is in the spool.
    senders: Vec<JoinHandle<()>>,
}

/// An exporter that makes requests, and the courier that delivers them.
#[derive(Debug)]
struct Linked<E> {
    exporter: E,
    tray: Tray,
    courier: Arc<Courier>,
}

impl Otlp {
    pub(crate) fn start(tally: Tally) -> io::Result<Self> {
        Ok(Self {
            runtime: Arc::new(Runtime::start()?),
            closing: watch::Sender::new(None),
            said: Said::default(),
            signals: Vec::new(),
            tally,
            spool: None,
            senders: Vec::new(),
        })
    }

    /// Lets requests wait in files that cannot be delivered; before anything is exported.
    pub(crate) fn open_spool(&mut self, settings: &SpoolSettings) -> io::Result<()> {
        self.spool = Some(Spool::open(settings, self.tally.clone())?);
        Ok(())
    }

    /// Returns the processor that exports spans.
    pub(crate) fn span_processor(
        &mut self,
        target: &Target,
        batches: Batches,
        gate: &Gate,
    ) -> Result<impl SpanProcessor + use<>, String> {
        let counters = self.tally.traces.clone();
        let courier = self.courier(target, &TRACES, counters.clone())?;
        let tray = Tray::default();
        let builder = opentelemetry_otlp::SpanExporter::builder().with_http();
        let exporter = encoder(builder, target, &tray).build().map_err(reason)?;
        Spans::new(gate.before(Linked { exporter, tray, courier }), batches, counters)
            .map_err(reason)
    }

    /// Returns the processor that exports log records.
    pub(crate) fn log_processor(
        &mut self,
        target: &Target,
        batches: Batches,
        gate: &Gate,
    ) -> Result<impl LogProcessor + use<>, String> {
        let counters = self.tally.logs.clone();
        let courier = self.courier(target, &LOGS, counters.clone())?;
        let tray = Tray::default();
        let builder = opentelemetry_otlp::LogExporter::builder().with_http();
        let exporter = encoder(builder, target, &tray).build().map_err(reason)?;
        Logs::new(gate.before(Linked { exporter, tray, courier }), batches, counters)
            .map_err(reason)
    }

    /// Adds the export of metrics to a meter provider.
    pub(crate) fn add_metrics(
        &mut self,
        provider: MeterProviderBuilder,
        target: &Target,
        interval: Duration,
    ) -> Result<MeterProviderBuilder, String> {
        let courier = self.courier(target, &METRICS, self.tally.metrics.clone())?;
        let tray = Tray::default();
        let builder = opentelemetry_otlp::MetricExporter::builder().with_http();
        let exporter = encoder(builder, target, &tray).build().map_err(reason)?;
        let exporter = Linked { exporter, tray, courier };
        let reader = PeriodicReader::builder(exporter).with_interval(interval).build();
        Ok(provider.with_reader(reader))
    }

    /// Ends every export that is still under way after `limit`.
    pub(crate) fn close_within(&self, limit: Duration) {
        self.closing.send_replace(Some(Instant::now() + limit));
    }

    /// Waits until nothing is sent any more, so that nothing is cut off whose fate is unknown then.
    /// What is left in the spool is for the next run.
    pub(crate) fn drain(&mut self) -> Option<impl FnOnce() + Send + use<>> {
        let spool = self.spool.take()?;
        let (runtime, senders) = (self.runtime.clone(), std::mem::take(&mut self.senders));
        Some(move || {
            spool.drain();
            for sender in senders {
                let _ = runtime.handle.block_on(sender);
            }
        })
    }

    /// Returns why the last export of a signal failed, if one did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.signals.iter().find_map(|health| health.failure())
    }

    fn courier(
        &mut self,
        target: &Target,
        signal: &Signal,
        counters: Arc<Counters>,
    ) -> Result<Arc<Courier>, String> {
        let health = Arc::new(Health::new(&target.url, self.said.clone()));
        self.signals.push(health.clone());
        let transport = self.transport(target, signal.method)?;
        let closing = Closing(self.closing.subscribe());
        let courier =
            Courier::new(self.runtime.clone(), transport, health, counters, target, closing);
        let lane = self.spool.as_ref().map(|spool| Lane::new(spool, signal.lane));
        let courier = Arc::new(courier.with_lane(lane));
        if self.spool.is_some() {
            self.senders.push(self.runtime.handle.spawn(courier.clone().send_spooled()));
        }
        Ok(courier)
    }

    fn transport(&self, target: &Target, method: &'static str) -> Result<Transport, String> {
        // Clients are made on the runtime that they will run on.
        let _entered = self.runtime.handle.enter();
        match target.protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => Ok(Transport::Grpc(Box::new(grpc::Client::new(target, method)?))),
            #[cfg(feature = "otlp-http")]
            Protocol::HttpProtobuf => Ok(Transport::Http(http::Client::new(target)?)),
            // The configuration refuses a protocol whose feature is off before it comes here.
            #[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
            _ => Err(format!("the protocol of {method} is not built in")),
        }
    }
}

/// What differs between signals.
struct Signal {
    /// The gRPC method.
    method: &'static str,
    lane: spool::Signal,
}

const TRACES: Signal = Signal {
    method: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    lane: spool::Signal::Traces,
};
const LOGS: Signal = Signal {
    method: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    lane: spool::Signal::Logs,
};
const METRICS: Signal = Signal {
    method: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    lane: spool::Signal::Metrics,
};

/// Makes an exporter leave its requests in the tray. Whatever the protocol, they are those of HTTP:
/// a gRPC message is the same bytes.
fn encoder<B>(builder: B, target: &Target, tray: &Tray) -> B
where
    B: WithExportConfig + WithHttpConfig,
{
    builder
        .with_protocol(opentelemetry_otlp::Protocol::HttpBinary)
        .with_endpoint(&target.url)
        .with_http_client(tray.clone())
}

fn reason(error: impl Display) -> String {
    error.to_string()
}

impl<E: Sync> Linked<E> {
    /// Makes a request and delivers it. It blocks, so that the SDK's threads need no runtime.
    async fn export(
        &self,
        items: u64,
        encode: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        self.courier.is_open(items)?;
        encode.await.inspect_err(|error| self.courier.unmade(items, error))?;
        match self.tray.take() {
            Some(parcel) => self.courier.deliver(parcel, items),
            None => Ok(()),
        }
    }
}

impl SpanExporter for Linked<opentelemetry_otlp::SpanExporter> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.export(batch.len() as u64, self.exporter.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl LogExporter for Linked<opentelemetry_otlp::LogExporter> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let items = batch.iter().count() as u64;
        self.export(items, self.exporter.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl PushMetricExporter for Linked<opentelemetry_otlp::MetricExporter> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.export(points(metrics), self.exporter.export(metrics)).await
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}

/// Returns the number of data points.
fn points(metrics: &ResourceMetrics) -> u64 {
    fn of<T>(data: &MetricData<T>) -> usize {
        match data {
            MetricData::Gauge(gauge) => gauge.data_points().count(),
            MetricData::Sum(sum) => sum.data_points().count(),
            MetricData::Histogram(histogram) => histogram.data_points().count(),
            MetricData::ExponentialHistogram(histogram) => histogram.data_points().count(),
        }
    }
    let metrics = metrics.scope_metrics().flat_map(ScopeMetrics::metrics);
    let points = metrics.map(|metric| match metric.data() {
        AggregatedMetrics::F64(data) => of(data),
        AggregatedMetrics::I64(data) => of(data),
        AggregatedMetrics::U64(data) => of(data),
    });
    points.sum::<usize>() as u64
}
