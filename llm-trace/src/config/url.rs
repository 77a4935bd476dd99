//! Owns the URL of an endpoint as it is written: its scheme, its port, and what it needs.

use super::InitError;
use super::env::wrong;
use crate::export::Protocol;

const URL: &str = "a URL with a scheme, such as http://localhost:4318";

/// Where an endpoint was written, and what.
pub(super) struct Written {
    name: &'static str,
    url: String,
    /// Whether the signal's path is still to be added for HTTP.
    is_base: bool,
}

impl Written {
    pub(super) fn new(name: &'static str, url: &str, is_base: bool) -> Self {
        Self { name, url: url.to_owned(), is_base }
    }

    /// The receiver on this machine.
    pub(super) fn local(name: &'static str, protocol: Protocol) -> Self {
        let url = match protocol {
            Protocol::Grpc => "http://localhost:4317",
            Protocol::HttpJson | Protocol::HttpProtobuf => "http://localhost:4318",
        };
        Self::new(name, url, true)
    }

    pub(super) fn has_scheme(&self) -> bool {
        self.url.contains("://")
    }

    pub(super) fn add_scheme(&mut self, scheme: &str) {
        self.url = format!("{scheme}://{}", self.url);
    }

    /// Returns the whole URL.
    pub(super) fn into_url(self, protocol: Protocol, path: &str) -> String {
        if self.is_base && protocol != Protocol::Grpc {
            format!("{}/{path}", self.url.trim_end_matches('/'))
        } else {
            self.url
        }
    }

    /// Refuses what needs a feature that is off.
    pub(super) fn check_features(&self, protocol: Protocol) -> Result<(), InitError> {
        let is_tls = self.url.starts_with("https:");
        let feature = match protocol {
            Protocol::Grpc if !cfg!(feature = "otlp-grpc") => "otlp-grpc",
            Protocol::HttpJson if !cfg!(feature = "otlp-json") => "otlp-json",
            Protocol::HttpProtobuf if !cfg!(feature = "otlp-http") => "otlp-http",
            _ if is_tls && !cfg!(feature = "otlp-tls") => "otlp-tls",
            _ => return Ok(()),
        };
        Err(InitError::Feature { name: self.name, value: self.url.clone(), feature })
    }

    /// Returns the port, if the URL has one; refuses a URL that is not well-formed.
    pub(super) fn port(&self) -> Result<Option<u16>, InitError> {
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
