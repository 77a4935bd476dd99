//! Owns [`Receiver`]: what a builder says of an OTLP receiver.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::export::{Compression, Protocol};

/// An OTLP receiver: that of all signals, by the methods of `Builder`, or that of one.
///
/// What is not said here is as for the other signals.
///
/// ```
/// use llm_trace::{Builder, Receiver};
///
/// let parts = Builder::new()
///     .with_endpoint("http://localhost:4318")
///     .with_traces_receiver(Receiver::new().with_endpoint("http://localhost:6006/v1/traces"))
///     .build()?;
/// parts.guard.shutdown().ok();
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a receiver does nothing until a builder has it"]
pub struct Receiver {
    pub(super) endpoint: Option<String>,
    pub(super) protocol: Option<Protocol>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) timeout: Option<Duration>,
    pub(super) compression: Option<Compression>,
    pub(super) insecure: Option<bool>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) client_certificate: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
}

impl Receiver {
    /// Creates a receiver of which nothing is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the URL. For one signal it is the whole URL, as in `http://localhost:4318/v1/traces`.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and its like.
    pub fn with_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets how OTLP is spoken.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL` and its like.
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// Adds a header to every request, such as the one with an API key.
    ///
    /// Defaults to those in `OTEL_EXPORTER_OTLP_TRACES_HEADERS` and its like, which are sent too.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets how long one export may take, with its retries.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT` and its like.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how requests are compressed.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION` and its like.
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// Sets whether gRPC goes without TLS to an endpoint that is written without `http://` or
    /// `https://`. Any other endpoint says it itself.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_INSECURE` and its like.
    pub fn with_insecure(mut self, insecure: bool) -> Self {
        self.insecure = Some(insecure);
        self
    }

    /// Sets the file of the certificates, in PEM, by which the receiver is known, in place of those
    /// of the system. Needs the feature `otlp-tls`.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE` and its like.
    pub fn with_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.certificate = Some(path.into());
        self
    }

    /// Sets the files of the certificate and the private key, in PEM, by which the receiver knows
    /// this program. Needs the feature `otlp-tls`.
    ///
    /// Defaults to `OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE`,
    /// `OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY` and their like.
    pub fn with_client_identity(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.client_certificate = Some(certificate.into());
        self.client_key = Some(key.into());
        self
    }
}

/// Shows nothing: headers are secrets.
impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
