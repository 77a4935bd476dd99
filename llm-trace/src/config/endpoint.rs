//! Owns the OTLP receiver of each signal: URL, protocol, headers, time limit, needed features.

use std::time::Duration;

use super::env::{Env, wrong};
use super::pairs;
use super::{InitError, Settings};
use crate::export::{Protocol, Target};

const TIMEOUT: Duration = Duration::from_secs(10);
const URL: &str = "a URL with a scheme, such as http://localhost:4318";

/// The variables of one signal; each goes before its general counterpart.
pub(super) struct Signal {
    endpoint: &'static str,
    protocol: &'static str,
    headers: &'static str,
    timeout: &'static str,
    path: &'static str,
}

pub(super) const TRACES: Signal = Signal {
    endpoint: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    headers: "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    timeout: "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    path: "v1/traces",
};

pub(super) const METRICS: Signal = Signal {
    endpoint: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
    headers: "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
    timeout: "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
    path: "v1/metrics",
};

pub(super) const LOGS: Signal = Signal {
    endpoint: "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    headers: "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    timeout: "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
    path: "v1/logs",
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TIMEOUTS: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";

/// Where an endpoint was written, and what.
struct Written {
    name: &'static str,
    url: String,
    /// Whether the signal's path is still to be added for HTTP.
    is_base: bool,
}

impl Signal {
    /// Returns whether an endpoint is configured for this signal.
    pub(super) fn is_configured(&self, settings: &Settings, env: &Env<'_>) -> bool {
        self.written(settings, env).is_some()
    }

    /// Returns the receiver; without a configured endpoint, the one on this machine.
    pub(super) fn target(&self, settings: &Settings, env: &Env<'_>) -> Result<Target, InitError> {
        let written = self.written(settings, env);
        let port = match &written {
            Some(written) => written.port()?,
            None => None,
        };
        let protocol = match self.protocol(settings, env)? {
            Some(protocol) => protocol,
            None if port == Some(4317) => Protocol::Grpc,
            None => Protocol::HttpProtobuf,
        };
        let written = written.unwrap_or_else(|| Written::local(protocol));
        written.check_features(protocol)?;
        let timeout = match settings.timeout {
            Some(timeout) => Some(timeout),
            None => env.millis([self.timeout, TIMEOUTS])?,
        };
        Ok(Target {
            url: match protocol {
                Protocol::HttpProtobuf if written.is_base => {
                    format!("{}/{}", written.url.trim_end_matches('/'), self.path)
                }
                _ => written.url,
            },
            protocol,
            headers: self.headers(settings, env)?,
            timeout: timeout.unwrap_or(TIMEOUT),
        })
    }

    fn written(&self, settings: &Settings, env: &Env<'_>) -> Option<Written> {
        if let Some(url) = &settings.endpoint {
            let name = "Builder::with_endpoint";
            return Some(Written { name, url: url.trim().to_owned(), is_base: true });
        }
        let (name, url) = env.first([self.endpoint, ENDPOINT])?;
        Some(Written { name, url, is_base: name == ENDPOINT })
    }

    fn protocol(&self, settings: &Settings, env: &Env<'_>) -> Result<Option<Protocol>, InitError> {
        if settings.protocol.is_some() {
            return Ok(settings.protocol);
        }
        let Some((name, value)) = env.first([self.protocol, PROTOCOL]) else { return Ok(None) };
        match value.to_ascii_lowercase().as_str() {
            "grpc" => Ok(Some(Protocol::Grpc)),
            "http/protobuf" => Ok(Some(Protocol::HttpProtobuf)),
            "http/json" => {
                Err(wrong(name, value, "`http/protobuf` or `grpc`: JSON is not supported"))
            }
            _ => Err(wrong(name, value, "`http/protobuf` or `grpc`")),
        }
    }

    fn headers(
        &self,
        settings: &Settings,
        env: &Env<'_>,
    ) -> Result<Vec<(String, String)>, InitError> {
        if !settings.headers.iter().all(pairs::is_header) {
            let accepted = "a name and a value that HTTP accepts";
            let name = "Builder::with_header";
            return Err(InitError::Secret { name, place: String::new(), accepted });
        }
        let mut headers = match env.first([self.headers, HEADERS]) {
            Some((name, list)) => pairs::headers(name, &list)?,
            None => Vec::new(),
        };
        headers.extend(settings.headers.iter().cloned());
        Ok(headers)
    }
}

impl Written {
    fn local(protocol: Protocol) -> Self {
        let url = match protocol {
            Protocol::Grpc => "http://localhost:4317",
            Protocol::HttpProtobuf => "http://localhost:4318",
        };
        Self { name: ENDPOINT, url: url.to_owned(), is_base: true }
    }

    /// Refuses what needs a feature that is off.
    fn check_features(&self, protocol: Protocol) -> Result<(), InitError> {
        let is_tls = self.url.starts_with("https:");
        let feature = match protocol {
            Protocol::Grpc if !cfg!(feature = "otlp-grpc") => "otlp-grpc",
            Protocol::HttpProtobuf if !cfg!(feature = "otlp-http") => "otlp-http",
            _ if is_tls && !cfg!(feature = "otlp-tls") => "otlp-tls",
            _ => return Ok(()),
        };
        Err(InitError::Feature { name: self.name, value: self.url.clone(), feature })
    }

    /// Returns the port, if the URL has one; refuses a URL that is not well-formed.
    fn port(&self) -> Result<Option<u16>, InitError> {
        let Self { name, url, .. } = self;
        let malformed = || wrong(name, url.clone(), URL);
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let rest = rest.ok_or_else(malformed)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            let accepted = "the URL without credentials, and those in OTEL_EXPORTER_OTLP_HEADERS";
            return Err(InitError::Secret { name, place: " before `@`".to_owned(), accepted });
        }
        // The colons of an IPv6 address are inside its brackets.
        let host = authority.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match authority[host..].find(':') {
            Some(at) => (&authority[..host + at], Some(&authority[host + at + 1..])),
            None => (authority, None),
        };
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c);
        if host.is_empty() || url.contains(is_odd) {
            return Err(malformed());
        }
        port.map(|port| port.parse().map_err(|_| malformed())).transpose()
    }
}
