//! Owns the OTLP receiver of each signal: URL, protocol, headers, time limit, compression, TLS, and
//! the features that these need.

use std::path::PathBuf;
use std::time::Duration;

use super::env::{Env, wrong};
use super::receiver::Receiver;
use super::url::Written;
use super::{InitError, Settings, pairs};
use crate::export::{Compression, Protocol, Target, Tls};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The variables of one signal, or of all.
struct Names {
    endpoint: &'static str,
    protocol: &'static str,
    headers: &'static str,
    timeout: &'static str,
    compression: &'static str,
    insecure: &'static str,
    certificate: &'static str,
    client_certificate: &'static str,
    client_key: &'static str,
}

macro_rules! names {
    ($signal:literal) => {
        Names {
            endpoint: concat!("OTEL_EXPORTER_OTLP_", $signal, "ENDPOINT"),
            protocol: concat!("OTEL_EXPORTER_OTLP_", $signal, "PROTOCOL"),
            headers: concat!("OTEL_EXPORTER_OTLP_", $signal, "HEADERS"),
            timeout: concat!("OTEL_EXPORTER_OTLP_", $signal, "TIMEOUT"),
            compression: concat!("OTEL_EXPORTER_OTLP_", $signal, "COMPRESSION"),
            insecure: concat!("OTEL_EXPORTER_OTLP_", $signal, "INSECURE"),
            certificate: concat!("OTEL_EXPORTER_OTLP_", $signal, "CERTIFICATE"),
            client_certificate: concat!("OTEL_EXPORTER_OTLP_", $signal, "CLIENT_CERTIFICATE"),
            client_key: concat!("OTEL_EXPORTER_OTLP_", $signal, "CLIENT_KEY"),
        }
    };
}

const GENERAL: Names = names!("");

/// A signal: its variables, each of which goes before the one of all signals, and its path.
pub(super) struct Signal {
    names: Names,
    path: &'static str,
    said: fn(&Settings) -> &Receiver,
}

pub(super) const TRACES: Signal = Signal {
    names: names!("TRACES_"),
    path: "v1/traces",
    said: |settings| &settings.traces_receiver,
};

pub(super) const METRICS: Signal = Signal {
    names: names!("METRICS_"),
    path: "v1/metrics",
    said: |settings| &settings.metrics_receiver,
};

pub(super) const LOGS: Signal =
    Signal { names: names!("LOGS_"), path: "v1/logs", said: |settings| &settings.logs_receiver };

impl Signal {
    /// Returns whether an endpoint is configured for this signal.
    pub(super) fn is_configured(&self, settings: &Settings, env: &Env<'_>) -> bool {
        self.written(settings, env).is_some()
    }

    /// Returns the receiver; without a configured endpoint, the one on this machine.
    pub(super) fn target(&self, settings: &Settings, env: &Env<'_>) -> Result<Target, InitError> {
        let receivers = [(self.said)(settings), &settings.receiver];
        let asked = self.protocol(receivers, env)?;
        let mut written = self.written(settings, env);
        if let Some(written) = &mut written
            && asked == Some(Protocol::Grpc)
            && !written.has_scheme()
        {
            let insecure = match receivers.iter().find_map(|receiver| receiver.insecure) {
                Some(insecure) => insecure,
                None => env.is_first_true([self.names.insecure, GENERAL.insecure])?,
            };
            written.add_scheme(if insecure { "http" } else { "https" });
        }
        let port = written.as_ref().map(Written::port).transpose()?.flatten();
        let protocol = asked.unwrap_or(match port {
            Some(4317) => Protocol::Grpc,
            _ => Protocol::HttpProtobuf,
        });
        let written = written.unwrap_or_else(|| Written::local(GENERAL.endpoint, protocol));
        written.check_features(protocol)?;
        let timeout = match receivers.iter().find_map(|receiver| receiver.timeout) {
            Some(timeout) => Some(timeout),
            None => env.millis([self.names.timeout, GENERAL.timeout])?,
        };
        Ok(Target {
            url: written.into_url(protocol, self.path),
            protocol,
            headers: self.headers(receivers, env)?,
            timeout: timeout.unwrap_or(TIMEOUT),
            compression: self.compression(receivers, env)?,
            tls: self.tls(receivers, env)?,
        })
    }

    fn written(&self, settings: &Settings, env: &Env<'_>) -> Option<Written> {
        const OWN: &str = "Receiver::with_endpoint";
        const GENERAL_METHOD: &str = "Builder::with_endpoint";
        let own = (self.said)(settings).endpoint.as_ref().map(|url| (OWN, url.clone()));
        let said = || settings.receiver.endpoint.as_ref().map(|url| (GENERAL_METHOD, url.clone()));
        let names = [self.names.endpoint, GENERAL.endpoint];
        let (name, url) = own.or_else(said).or_else(|| env.first(names))?;
        let is_base = name == GENERAL.endpoint || name == GENERAL_METHOD;
        Some(Written::new(name, url.trim(), is_base))
    }

    fn protocol(
        &self,
        receivers: [&Receiver; 2],
        env: &Env<'_>,
    ) -> Result<Option<Protocol>, InitError> {
        let names = [self.names.protocol, GENERAL.protocol];
        let said = receivers.iter().find_map(|receiver| receiver.protocol);
        let (name, value, protocol) = if let Some(protocol) = said {
            ("Builder::with_protocol", protocol.as_str().to_owned(), protocol)
        } else {
            let Some((name, value)) = env.first(names) else { return Ok(None) };
            let protocol = match value.to_ascii_lowercase().as_str() {
                "grpc" => Protocol::Grpc,
                "http/protobuf" => Protocol::HttpProtobuf,
                "http/json" => Protocol::HttpJson,
                _ => return Err(wrong(name, value, "`http/protobuf`, `http/json` or `grpc`")),
            };
            (name, value, protocol)
        };
        if protocol == Protocol::HttpJson && !cfg!(feature = "otlp-json") {
            return Err(InitError::Feature { name, value, feature: "otlp-json" });
        }
        Ok(Some(protocol))
    }

    fn headers(
        &self,
        receivers: [&Receiver; 2],
        env: &Env<'_>,
    ) -> Result<Vec<(String, String)>, InitError> {
        let mut headers = match env.first([self.names.headers, GENERAL.headers]) {
            Some((name, list)) => pairs::headers(name, &list)?,
            None => Vec::new(),
        };
        // The last one with a name is sent.
        for receiver in receivers.into_iter().rev() {
            if !receiver.headers.iter().all(pairs::is_header) {
                let accepted = "a name and a value that HTTP accepts";
                let name = "Builder::with_header";
                return Err(InitError::Secret { name, place: String::new(), accepted });
            }
            headers.extend(receiver.headers.iter().cloned());
        }
        Ok(headers)
    }

    fn compression(
        &self,
        receivers: [&Receiver; 2],
        env: &Env<'_>,
    ) -> Result<Compression, InitError> {
        let names = [self.names.compression, GENERAL.compression];
        let said = receivers.iter().find_map(|receiver| receiver.compression);
        let (name, value, compression) = if let Some(compression) = said {
            ("Builder::with_compression", compression.as_str().to_owned(), compression)
        } else {
            let Some((name, value)) = env.first(names) else { return Ok(Compression::None) };
            let compression = match value.to_ascii_lowercase().as_str() {
                "gzip" => Compression::Gzip,
                "none" => Compression::None,
                "zstd" => Compression::Zstd,
                _ => return Err(wrong(name, value, "`gzip`, `zstd` or `none`")),
            };
            (name, value, compression)
        };
        if compression == Compression::Zstd && !cfg!(feature = "otlp-zstd") {
            return Err(InitError::Feature { name, value, feature: "otlp-zstd" });
        }
        Ok(compression)
    }

    fn tls(&self, receivers: [&Receiver; 2], env: &Env<'_>) -> Result<Tls, InitError> {
        type Said = fn(&Receiver) -> Option<&PathBuf>;
        let file = |method: &'static str, said: Said, names: [&'static str; 2]| {
            let said = receivers.into_iter().find_map(said).map(|path| (method, path.clone()));
            let named = || env.first(names).map(|(name, path)| (name, PathBuf::from(path)));
            let Some((name, path)) = said.or_else(named) else { return Ok(None) };
            let read = std::fs::read(&path);
            read.map(Some).map_err(|source| InitError::File { name, path, source })
        };
        let (own, general) = (&self.names, &GENERAL);
        let certificate = file(
            "Builder::with_certificate",
            |receiver| receiver.certificate.as_ref(),
            [own.certificate, general.certificate],
        )?;
        let client_certificate = file(
            "Builder::with_client_identity",
            |receiver| receiver.client_certificate.as_ref(),
            [own.client_certificate, general.client_certificate],
        )?;
        let client_key = file(
            "Builder::with_client_identity",
            |receiver| receiver.client_key.as_ref(),
            [own.client_key, general.client_key],
        )?;
        let identity = match (client_certificate, client_key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) => return Err(half(general.client_key)),
            (None, Some(_)) => return Err(half(general.client_certificate)),
        };
        Ok(Tls { certificate, identity })
    }
}

fn half(name: &'static str) -> InitError {
    wrong(name, "", "the path of a PEM file: certificate and key belong together")
}
