//! Owns [`Form`]: how requests are encoded and compressed. What waits outlives a change of that, so a
//! file is protobuf, and becomes what the receiver of the day is spoken to in when it is sent.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use crate::export::parcel::{Encoding, Parcel};
use crate::export::{Compression, Protocol, Target};

use super::Signal;

/// How requests are encoded and compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Form {
    is_json: bool,
    compression: Compression,
}

impl Form {
    /// Returns the form that a receiver is sent.
    pub(super) fn of(target: &Target) -> Self {
        let is_json = target.protocol == Protocol::HttpJson;
        Self { is_json, compression: target.compression }
    }

    /// Returns the form of a file.
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
        let body = match signal {
            _ if is_same => plain,
            Signal::Logs => transcode::<ExportLogsServiceRequest>(&plain, self.is_json)?,
            Signal::Metrics => transcode::<ExportMetricsServiceRequest>(&plain, self.is_json)?,
            Signal::Traces => transcode::<ExportTraceServiceRequest>(&plain, self.is_json)?,
        };
        let parcel = Parcel { is_json: self.is_json, encoding: Encoding::Plain, body: body.into() };
        parcel.compress(self.compression).map_err(|error| error.to_string())
    }
}

/// Returns the body without compression.
fn plain(parcel: &Parcel) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let read: io::Result<_> = match parcel.encoding {
        Encoding::Gzip => GzDecoder::new(&*parcel.body).read_to_end(&mut plain).map(drop),
        Encoding::Plain => {
            plain.extend_from_slice(&parcel.body);
            Ok(())
        }
        #[cfg(feature = "otlp-zstd")]
        Encoding::Zstd => zstd::stream::copy_decode(&*parcel.body, &mut plain),
        #[cfg(not(feature = "otlp-zstd"))]
        Encoding::Zstd => {
            return Err("a file of the spool needs the feature `otlp-zstd`".to_owned());
        }
    };
    read.map_err(|error| format!("a file of the spool is not compressed as it says: {error}"))?;
    Ok(plain)
}

/// Makes JSON of protobuf, or protobuf of JSON.
#[cfg(feature = "otlp-json")]
fn transcode<T>(body: &[u8], is_json: bool) -> Result<Vec<u8>, String>
where
    T: prost::Message + Default + serde::Serialize + serde::de::DeserializeOwned,
{
    let failed = |error: &dyn std::fmt::Display| format!("a file of the spool: {error}");
    if is_json {
        let request = T::decode(body).map_err(|error| failed(&error))?;
        serde_json::to_vec(&request).map_err(|error| failed(&error))
    } else {
        let request: T = serde_json::from_slice(body).map_err(|error| failed(&error))?;
        Ok(request.encode_to_vec())
    }
}

/// Nothing here knows JSON.
#[cfg(not(feature = "otlp-json"))]
fn transcode<T>(_body: &[u8], _is_json: bool) -> Result<Vec<u8>, String> {
    Err("a file of the spool is JSON, and needs the feature `otlp-json`".to_owned())
}
