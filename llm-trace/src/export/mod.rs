//! Owns where telemetry goes: what an OTLP receiver is, the OTLP exporters, and the console tree.

pub(crate) mod added;
#[cfg(feature = "__otlp")]
mod answer;
mod at_once;
pub(crate) mod budget;
#[cfg(feature = "console")]
pub(crate) mod console;
#[cfg(feature = "__otlp")]
mod courier;
#[cfg(feature = "otlp-json")]
pub(crate) mod file;
#[cfg(feature = "otlp-json")]
mod finite;
#[cfg(feature = "__otlp")]
mod form;
pub(crate) mod front;
pub(crate) mod gate;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "__otlp")]
mod health;
#[cfg(feature = "otlp-http")]
mod http;
pub(crate) mod limits;
mod log_queue;
#[cfg(feature = "__otlp")]
mod measures;
pub(crate) mod notice;
#[cfg_attr(not(feature = "__otlp"), path = "no_otlp.rs")]
pub(crate) mod otlp;
pub(crate) mod own_metrics;
#[cfg(feature = "__otlp")]
mod parcel;
#[cfg(feature = "prometheus")]
pub(crate) mod prometheus;
mod queue;
mod quiet;
pub(crate) mod records;
mod repair;
#[cfg(feature = "__otlp")]
mod runtime;
pub(crate) mod sniff;
#[cfg(feature = "__otlp")]
#[cfg_attr(not(feature = "spool"), path = "no_spool.rs")]
mod spool;
pub(crate) mod stats;
pub(crate) mod tail;

use std::path::PathBuf;
#[cfg(feature = "otlp-json")]
use std::sync::Arc;
use std::time::Duration;

pub use repair::Repaired;
#[cfg(feature = "testing")]
pub(crate) use repair::repair;

/// How OTLP is spoken, by `Builder::with_protocol` or `OTEL_EXPORTER_OTLP_PROTOCOL`. By default it is
/// gRPC to port 4317, and protobuf over HTTP to any other.
///
/// Governed by the *OpenTelemetry Protocol* specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Protocol {
    /// gRPC, usually on port 4317. Needs the feature `otlp-grpc`.
    Grpc,
    /// JSON over HTTP, usually on port 4318. Needs the feature `otlp-json`.
    HttpJson,
    /// Protobuf over HTTP, usually on port 4318. Needs the feature `otlp-http`.
    HttpProtobuf,
}

impl Protocol {
    /// Returns the name that variables call it by.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::HttpJson => "http/json",
            Self::HttpProtobuf => "http/protobuf",
        }
    }
}

/// How requests of OTLP are compressed, by `Builder::with_compression` or
/// `OTEL_EXPORTER_OTLP_COMPRESSION`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, which every receiver over HTTP takes.
    Gzip,
    /// Not at all.
    #[default]
    None,
    /// zstd: faster and smaller. Needs the feature `otlp-zstd`.
    Zstd,
}

impl Compression {
    /// Returns the name that variables call it by.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::None => "none",
            Self::Zstd => "zstd",
        }
    }
}

/// Who the receiver is, and who this program is, in PEM. Keys are secrets, so there is no `Debug`.
#[derive(Default)]
#[cfg_attr(not(feature = "otlp-tls"), expect(dead_code, reason = "there is no TLS"))]
pub(crate) struct Tls {
    /// Those that vouch for the receiver, in place of those of the system.
    pub(crate) certificate: Option<Vec<u8>>,
    /// Certificate and private key of this program.
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// The OTLP receiver of one signal. The headers may hold credentials, so there is no `Debug`.
#[cfg_attr(not(feature = "__otlp"), expect(dead_code, reason = "there is nothing to send with"))]
pub(crate) struct Target {
    /// The whole URL; for HTTP, with the signal's path.
    pub(crate) url: String,
    pub(crate) protocol: Protocol,
    /// The last of two with the same name is sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    pub(crate) compression: Compression,
    #[cfg_attr(
        all(feature = "__otlp", not(feature = "otlp-tls")),
        expect(dead_code, reason = "there is no TLS")
    )]
    pub(crate) tls: Tls,
}

/// What a receiver says to an empty request.
#[cfg_attr(not(feature = "__otlp"), expect(dead_code, reason = "there is nothing to send with"))]
pub(crate) enum Reply {
    Refused(String),
    Taken,
    Unanswered(String),
    /// It does not know the signal.
    Unknown(String),
    /// No request could be made.
    Unmade(String),
}

/// Where the requests of an exporter go.
#[cfg_attr(not(feature = "__otlp"), expect(dead_code, reason = "there is nothing to send with"))]
pub(crate) enum Place<'a> {
    #[cfg(feature = "otlp-json")]
    File(&'a Arc<file::JsonFile>),
    Receiver(&'a Target),
}

/// How spans or log records are batched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batches {
    /// How many may wait; more are dropped.
    pub(crate) queue: usize,
    /// How many go out at once.
    pub(crate) size: usize,
    /// How long one waits at most.
    pub(crate) delay: Duration,
}

/// Where requests wait that cannot be delivered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SpoolSettings {
    pub(crate) directory: PathBuf,
    /// How long all files together may be.
    pub(crate) max_bytes: u64,
}
