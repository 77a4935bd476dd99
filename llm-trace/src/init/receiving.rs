//! Owns what a [`Builder`] says of the OTLP receivers.

use std::path::PathBuf;
use std::time::Duration;

use super::Builder;
use crate::config::Receiver;
use crate::export::{Compression, Protocol};

/// The OTLP receiver of all signals, or of one.
impl Builder {
    /// Sets the OTLP receiver of all signals, as in `http://localhost:4318`. Over HTTP, the path of
    /// the signal is added to it.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_ENDPOINT` and its variants for one signal; without them, to
    /// the console tree.
    pub fn with_endpoint(self, url: impl Into<String>) -> Self {
        self.receiver(|receiver| receiver.with_endpoint(url))
    }

    /// Sets how OTLP is spoken.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_PROTOCOL`, then to gRPC on port 4317 and HTTP elsewhere.
    pub fn with_protocol(self, protocol: Protocol) -> Self {
        self.receiver(|receiver| receiver.with_protocol(protocol))
    }

    /// Adds a header to every export, such as the one with an API key.
    ///
    /// Defaults to those in `OTEL_EXPORTER_OTLP_HEADERS`, which are sent too.
    pub fn with_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.receiver(|receiver| receiver.with_header(name, value))
    }

    /// Sets how long one export may take, with its retries.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TIMEOUT`, then to ten seconds.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.receiver(|receiver| receiver.with_timeout(timeout))
    }

    /// Sets how requests are compressed.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_COMPRESSION`, then to not at all.
    pub fn with_compression(self, compression: Compression) -> Self {
        self.receiver(|receiver| receiver.with_compression(compression))
    }

    /// Sets whether gRPC goes without TLS to an endpoint that is written without `http://` or
    /// `https://`. Any other endpoint says it itself.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_INSECURE`, then to `false`.
    pub fn with_insecure(self, insecure: bool) -> Self {
        self.receiver(|receiver| receiver.with_insecure(insecure))
    }

    /// Sets the file of the certificates, in PEM, by which the receiver is known, in place of those
    /// of the system. Needs the feature `otlp-tls`.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_CERTIFICATE`, then to those of the system.
    pub fn with_certificate(self, path: impl Into<PathBuf>) -> Self {
        self.receiver(|receiver| receiver.with_certificate(path))
    }

    /// Sets the files of the certificate and the private key, in PEM, by which the receiver knows
    /// this program. Needs the feature `otlp-tls`.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `OTEL_EXPORTER_OTLP_CLIENT_KEY`,
    /// then to none.
    pub fn with_client_identity(
        self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.receiver(|receiver| receiver.with_client_identity(certificate, key))
    }

    /// Sets what is different of the receiver of traces.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and its like.
    pub fn with_traces_receiver(mut self, receiver: Receiver) -> Self {
        self.settings.traces_receiver = receiver;
        self
    }

    /// Sets what is different of the receiver of metrics.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` and its like.
    pub fn with_metrics_receiver(mut self, receiver: Receiver) -> Self {
        self.settings.metrics_receiver = receiver;
        self
    }

    /// Sets what is different of the receiver of logs.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` and its like.
    pub fn with_logs_receiver(mut self, receiver: Receiver) -> Self {
        self.settings.logs_receiver = receiver;
        self
    }

    fn receiver(mut self, change: impl FnOnce(Receiver) -> Receiver) -> Self {
        self.settings.receiver = change(std::mem::take(&mut self.settings.receiver));
        self
    }
}
