//! Owns [`Parcel`]: a batch as the bytes of one request, which the SDK's exporter makes of it.
//!
//! That exporter believes that it sends: its client is a [`Tray`], which keeps the request. So how
//! a request is sent, repeated, kept and counted is decided here, and alike for each transport.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, HeaderValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;

use super::{Compression, Protocol};

/// The body of a request, and what it has to say of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Parcel {
    pub(super) is_json: bool,
    pub(super) encoding: Encoding,
    pub(super) body: Bytes,
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    Gzip,
    Plain,
    Zstd,
}

impl Parcel {
    fn new(request: Request<Bytes>) -> Self {
        let encoding = match request.headers().get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
            Some(b"gzip") => Encoding::Gzip,
            Some(b"zstd") => Encoding::Zstd,
            _ => Encoding::Plain,
        };
        // It is told to speak protobuf.
        Self { is_json: false, encoding, body: request.into_body() }
    }

    /// Encodes a request of metrics.
    pub(super) fn of(request: &ExportMetricsServiceRequest) -> Self {
        let body = request.encode_to_vec().into();
        Self { is_json: false, encoding: Encoding::Plain, body }
    }

    /// A request with nothing in it.
    pub(super) fn empty(protocol: Protocol) -> Self {
        let is_json = protocol == Protocol::HttpJson;
        let body = if is_json { Bytes::from_static(b"{}") } else { Bytes::new() };
        Self { is_json, encoding: Encoding::Plain, body }
    }

    /// Compresses the body, unless it is already.
    pub(super) fn compress(self, compression: Compression) -> io::Result<Self> {
        let (encoding, body) = match compression {
            _ if self.encoding != Encoding::Plain => return Ok(self),
            Compression::None => return Ok(self),
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                io::Write::write_all(&mut encoder, &self.body)?;
                (Encoding::Gzip, encoder.finish()?)
            }
            #[cfg(feature = "otlp-zstd")]
            Compression::Zstd => (Encoding::Zstd, zstd::bulk::compress(&self.body, 0)?),
            // The configuration refuses it, and names the feature.
            #[cfg(not(feature = "otlp-zstd"))]
            Compression::Zstd => return Ok(self),
        };
        Ok(Self { encoding, body: body.into(), ..self })
    }

    /// Returns the value of `Content-Type`.
    #[cfg(feature = "otlp-http")]
    pub(super) const fn content_type(&self) -> &'static str {
        if self.is_json { "application/json" } else { "application/x-protobuf" }
    }
}

impl Encoding {
    /// Returns what a body is that was compressed so.
    pub(super) const fn of(compression: Compression) -> Self {
        match compression {
            Compression::Gzip => Self::Gzip,
            Compression::None => Self::Plain,
            Compression::Zstd => Self::Zstd,
        }
    }

    /// Returns the name that goes into a header, unless there is nothing to say.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
            Self::Zstd => Some("zstd"),
        }
    }
}

/// Where an exporter leaves its requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Tray(Arc<Mutex<Vec<Parcel>>>);

impl Tray {
    /// Takes what was left.
    pub(super) fn take(&self) -> Option<Parcel> {
        self.lock().pop()
    }

    /// Leaves a request.
    pub(super) fn put(&self, parcel: Parcel) {
        self.lock().push(parcel);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Parcel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl HttpClient for Tray {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.put(Parcel::new(request));
        Ok(Response::new(Bytes::new()))
    }
}
