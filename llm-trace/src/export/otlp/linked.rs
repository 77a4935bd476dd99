//! Owns [`Linked`]: an exporter of the SDK or of ours, which makes requests, with what takes them.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::export::courier::Courier;
#[cfg(feature = "otlp-json")]
use crate::export::file::JsonFile;
use crate::export::form::Form;
use crate::export::limits::{LogLimits, SpanLimits};
use crate::export::measures::{Measures, points};
use crate::export::parcel::Tray;
use crate::export::spool::Signal;

/// An exporter that makes requests, and what takes them.
#[derive(Debug)]
pub(super) struct Linked<E, L> {
    pub(super) exporter: E,
    pub(super) limits: L,
    pub(super) tray: Tray,
    pub(super) form: Form,
    pub(super) signal: Signal,
    pub(super) way: Way,
}

/// What takes requests.
#[derive(Debug)]
pub(super) enum Way {
    Courier(Arc<Courier>),
    #[cfg(feature = "otlp-json")]
    File(Arc<JsonFile>),
}

impl<E: Sync, L: Sync> Linked<E, L> {
    /// Makes a request and delivers it. It blocks, so that the SDK's threads need no runtime.
    async fn export(
        &self,
        items: u64,
        encode: impl Future<Output = OTelSdkResult> + Send,
    ) -> OTelSdkResult {
        match &self.way {
            Way::Courier(courier) => {
                courier.is_open(items)?;
                encode.await.inspect_err(|error| courier.unmade(items, error))?;
                let Some(parcel) = self.tray.take() else { return Ok(()) };
                let parcel = self.form.give(parcel, self.signal).map_err(|reason| {
                    let error = OTelSdkError::InternalFailure(reason);
                    courier.unmade(items, &error);
                    error
                })?;
                courier.deliver(parcel, items)
            }
            #[cfg(feature = "otlp-json")]
            Way::File(file) => {
                encode.await?;
                let Some(parcel) = self.tray.take() else { return Ok(()) };
                let line = self.form.give(parcel, self.signal);
                file.append(&line.map_err(OTelSdkError::InternalFailure)?)
            }
        }
    }
}

impl SpanExporter for Linked<opentelemetry_otlp::SpanExporter, SpanLimits> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        self.limits.hold(&mut batch);
        self.export(batch.len() as u64, self.exporter.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl LogExporter for Linked<opentelemetry_otlp::LogExporter, LogLimits> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let held: Vec<_> = batch.iter().map(|(record, _)| self.limits.hold(record)).collect();
        let records = batch.iter().zip(&held);
        let records: Vec<_> = records
            .map(|((record, scope), held)| (held.as_ref().unwrap_or(record), scope))
            .collect();
        self.export(records.len() as u64, self.exporter.export(LogBatch::new(&records))).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl PushMetricExporter for Linked<Measures, ()> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.export(points(metrics), async {
            self.exporter.encode(metrics);
            Ok(())
        })
        .await
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality
    }
}
