//! Owns [`Form`]: how requests are encoded and compressed.
//!
//! What makes a request makes it in protobuf, and a file of the spool is protobuf: both become what
//! the receiver of the day is spoken to in when they are sent.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use opentelemetry_http::Bytes;
#[cfg(feature = "otlp-json")]
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
#[cfg(feature = "otlp-json")]
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
#[cfg(feature = "otlp-json")]
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

#[cfg(feature = "otlp-json")]
use super::finite::Finite;
use super::parcel::{Encoding, Parcel};
use super::spool::Signal;
use super::{Compression, Protocol, Target};

/// How requests are encoded and compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Form {
    is_json: bool,
    compression: Compression,
}

impl Form {
    /// A line of JSON.
    #[cfg(feature = "otlp-json")]
    pub(super) const LINE: Self = Self { is_json: true, compression: Compression::None };

    /// Returns the form that a receiver is sent.
    pub(super) fn of(target: &Target) -> Self {
        let is_json = target.protocol == Protocol::HttpJson;
        Self { is_json, compression: target.compression }
    }

    /// Returns the form of a file of the spool.
    #[cfg(feature = "spool")]
    pub(super) fn stored(self) -> Self {
        Self { is_json: false, ..self }
    }

    /// Gives a request this form.
    ///
    /// # Errors
    ///
    /// If this program cannot read the form that it has.
    pub(super) fn give(self, parcel: Parcel, signal: Signal) -> Result<Parcel, String> {
        let is_same = parcel.is_json == self.is_json;
        let is_readable = parcel.encoding != Encoding::Zstd || cfg!(feature = "otlp-zstd");
        let is_compressed = parcel.encoding == Encoding::of(self.compression);
        // What is not readable here may be for the receiver.
        if is_same && (is_compressed || !is_readable) {
            return Ok(parcel);
        }
        let plain = plain(&parcel)?;
        let body = if is_same { plain } else { transcode(&plain, signal, self.is_json)? };
        let parcel = Parcel { is_json: self.is_json, encoding: Encoding::Plain, body };
        parcel.compress(self.compression).map_err(|error| error.to_string())
    }
}

/// Returns the body without compression.
fn plain(parcel: &Parcel) -> Result<Bytes, String> {
    let mut plain = Vec::new();
    let read: io::Result<_> = match parcel.encoding {
        Encoding::Plain => return Ok(parcel.body.clone()),
        Encoding::Gzip => GzDecoder::new(&*parcel.body).read_to_end(&mut plain).map(drop),
        #[cfg(feature = "otlp-zstd")]
        Encoding::Zstd => zstd::stream::copy_decode(&*parcel.body, &mut plain),
        #[cfg(not(feature = "otlp-zstd"))]
        Encoding::Zstd => {
            return Err("a file of the spool needs the feature `otlp-zstd`".to_owned());
        }
    };
    read.map_err(|error| format!("a file of the spool is not compressed as it says: {error}"))?;
    Ok(plain.into())
}

/// Makes JSON of protobuf, or protobuf of JSON.
#[cfg(feature = "otlp-json")]
fn transcode(body: &[u8], signal: Signal, is_json: bool) -> Result<Bytes, String> {
    match signal {
        Signal::Logs => transcode_as::<ExportLogsServiceRequest>(body, is_json),
        Signal::Metrics => transcode_as::<ExportMetricsServiceRequest>(body, is_json),
        Signal::Traces => transcode_as::<ExportTraceServiceRequest>(body, is_json),
    }
}

#[cfg(feature = "otlp-json")]
fn transcode_as<T>(body: &[u8], is_json: bool) -> Result<Bytes, String>
where
    T: prost::Message + Default + Finite + serde::Serialize + serde::de::DeserializeOwned,
{
    let encoded = if is_json {
        let mut request = T::decode(body).map_err(|error| error.to_string())?;
        request.make_finite();
        serde_json::to_vec(&request).map_err(|error| error.to_string())?
    } else {
        let request: T = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        request.encode_to_vec()
    };
    Ok(encoded.into())
}

/// Nothing here knows JSON.
#[cfg(not(feature = "otlp-json"))]
fn transcode(_body: &[u8], _signal: Signal, _is_json: bool) -> Result<Bytes, String> {
    Err("a file of the spool is JSON, and needs the feature `otlp-json`".to_owned())
}
