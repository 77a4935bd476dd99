//! Owns the OTLP exporters; the only file that names `opentelemetry_otlp`.
//!
//! The transport is chosen here, and never by which features of it the program happens to turn on.

use std::fmt::Display;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::WithExportConfig;
#[cfg(feature = "otlp-http")]
use opentelemetry_otlp::WithHttpConfig;
#[cfg(feature = "otlp-grpc")]
use opentelemetry_otlp::WithTonicConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{MeterProviderBuilder, PeriodicReader, Temporality};
use opentelemetry_sdk::trace::{SpanData, SpanExporter, SpanProcessor};
use tokio::sync::watch;
use tokio::time::Instant;

#[cfg(feature = "otlp-grpc")]
use super::grpc;
use super::health::{Health, Said};
#[cfg(feature = "otlp-http")]
use super::http::Client;
use super::link::{Link, Runtime};
use super::queue::Queue;
use super::{Batches, Protocol, Target};

/// What the exporters share, kept by the guard.
#[derive(Debug)]
pub(crate) struct Otlp {
    runtime: Arc<Runtime>,
    closing: watch::Sender<Option<Instant>>,
    said: Said,
    signals: Vec<Arc<Health>>,
}

/// An exporter that runs through a [`Link`].
#[derive(Debug)]
struct Linked<E> {
    exporter: E,
    link: Link,
}

impl Otlp {
    pub(crate) fn start() -> io::Result<Self> {
        Ok(Self {
            runtime: Arc::new(Runtime::start()?),
            closing: watch::Sender::new(None),
            said: Said::default(),
            signals: Vec::new(),
        })
    }

    /// Returns the processor that exports spans.
    pub(crate) fn span_processor(
        &mut self,
        target: &Target,
        batches: Batches,
    ) -> Result<impl SpanProcessor + use<>, String> {
        let link = self.link(target);
        let builder = opentelemetry_otlp::SpanExporter::builder();
        let exporter = match target.protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => over_grpc(builder.with_tonic(), target, &link)?.build(),
            #[cfg(feature = "otlp-http")]
            Protocol::HttpProtobuf => over_http(builder.with_http(), target, &link)?.build(),
            #[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
            _ => return Err(NOT_BUILT.to_owned()),
        };
        let exporter = Linked { exporter: exporter.map_err(reason)?, link };
        Ok(Queue::new(exporter, batches))
    }

    /// Adds the export of metrics to a meter provider.
    pub(crate) fn add_metrics(
        &mut self,
        provider: MeterProviderBuilder,
        target: &Target,
        interval: Duration,
    ) -> Result<MeterProviderBuilder, String> {
        let link = self.link(target);
        let builder = opentelemetry_otlp::MetricExporter::builder();
        let exporter = match target.protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => over_grpc(builder.with_tonic(), target, &link)?.build(),
            #[cfg(feature = "otlp-http")]
            Protocol::HttpProtobuf => over_http(builder.with_http(), target, &link)?.build(),
            #[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
            _ => return Err(NOT_BUILT.to_owned()),
        };
        let exporter = Linked { exporter: exporter.map_err(reason)?, link };
        let reader = PeriodicReader::builder(exporter).with_interval(interval).build();
        Ok(provider.with_reader(reader))
    }

    /// Ends every export that is still under way after `limit`.
    pub(crate) fn close_within(&self, limit: Duration) {
        self.closing.send_replace(Some(Instant::now() + limit));
    }

    /// Returns why the last export of a signal failed, if one did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.signals.iter().find_map(|health| health.failure())
    }

    fn link(&mut self, target: &Target) -> Link {
        let health = Arc::new(Health::new(&target.url, self.said.clone()));
        self.signals.push(health.clone());
        let closing = self.closing.subscribe();
        Link { runtime: self.runtime.clone(), health, limit: target.timeout, closing }
    }
}

/// The configuration refuses a protocol whose feature is off before it comes here.
#[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
const NOT_BUILT: &str = "the protocol is not built in";

#[cfg(feature = "otlp-http")]
fn over_http<B>(builder: B, target: &Target, link: &Link) -> Result<B, String>
where
    B: WithExportConfig + WithHttpConfig,
{
    let client = Client::new(&target.headers, link.health.clone())?;
    Ok(builder
        .with_protocol(opentelemetry_otlp::Protocol::HttpBinary)
        .with_endpoint(&target.url)
        .with_timeout(target.timeout)
        .with_http_client(client))
}

#[cfg(feature = "otlp-grpc")]
fn over_grpc<B>(builder: B, target: &Target, link: &Link) -> Result<B, String>
where
    B: WithExportConfig + WithTonicConfig,
{
    let _entered = link.runtime.handle.enter();
    let channel = grpc::channel(target)?;
    // Not `with_metadata`, over which the environment wins, as the SDK reads it.
    let headers = grpc::Headers::new(&target.headers)?;
    Ok(builder.with_timeout(target.timeout).with_channel(channel).with_interceptor(headers))
}

fn reason(error: impl Display) -> String {
    error.to_string()
}

impl SpanExporter for Linked<opentelemetry_otlp::SpanExporter> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.link.run(self.exporter.export(batch))
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
        self.link.run(self.exporter.export(metrics))
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
