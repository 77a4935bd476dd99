//! Owns the look at a receiver: what it says to an empty request and, if nothing good, what it
//! speaks instead.

use std::io::ErrorKind;
use std::thread;

use super::fault::{Fault, FaultKind};
use crate::export::otlp;
use crate::export::sniff::{Spoken, reach, spoken};
use crate::export::{Protocol, Reply, Target};

type Found = Result<String, Fault>;

/// Looks at every receiver, all at once. On threads: the caller's may belong to an async runtime,
/// which must not be blocked on from inside.
pub(super) fn all(targets: Vec<(&'static str, &Target)>) -> Vec<Found> {
    thread::scope(|threads| {
        let start = |(signal, target)| threads.spawn(move || look(signal, target));
        let started: Vec<_> = targets.into_iter().map(start).collect();
        // A probe that panics finds nothing.
        started.into_iter().filter_map(|probe| probe.join().ok()).collect()
    })
}

fn look(signal: &'static str, target: &Target) -> Found {
    let Target { url, protocol, .. } = target;
    let said = otlp::ask(signal, target);
    let text = match said {
        Reply::Taken => return Ok(format!("{signal}: {url} takes {}", protocol.as_str())),
        Reply::Unmade(reason) => return Err(Fault::new(FaultKind::Malformed, reason)),
        Reply::Unknown(reason) if is_otlp(target, &reason) => {
            let text = format!(
                "{url} does not take {signal} ({reason}); switch them off with \
                 OTEL_{}_EXPORTER=none",
                signal.to_uppercase()
            );
            return Err(Fault::new(FaultKind::SignalUnknown, text));
        }
        Reply::Refused(reason) if is_about_credentials(&reason) => {
            let text = format!(
                "{url} does not take the credentials ({reason}); see OTEL_EXPORTER_OTLP_HEADERS"
            );
            return Err(Fault::new(FaultKind::NotAllowed, text));
        }
        Reply::Unknown(reason) | Reply::Refused(reason) | Reply::Unanswered(reason) => reason,
    };
    Err(why(target, &text))
}

/// Returns why nothing good came, by what the port does speak.
fn why(target: &Target, reason: &str) -> Fault {
    let Target { url, protocol, .. } = target;
    let (host, port) = address(url);
    match reach(&host, port) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            let other = if port == 4317 { 4318 } else { 4317 };
            let hint = if reach(&host, other).is_ok() {
                format!("; port {other} of that host is open")
            } else {
                String::new()
            };
            let text = format!("nobody listens at {url}: is the port right{hint}?");
            return Fault::new(FaultKind::NobodyListens, text);
        }
        Err(error) => {
            let text = format!("{host} cannot be reached: {error}");
            return Fault::new(FaultKind::Unreachable, text);
        }
        Ok(()) => {}
    }
    let Spoken { http1, http2, tls } = spoken(&host, port);
    let wants_tls = url.starts_with("https:");
    let (kind, text) = match protocol {
        _ if wants_tls && !tls && (http1 || http2) => (
            FaultKind::TlsToPlain,
            format!("{url} speaks no TLS: write http:// in place of https://"),
        ),
        _ if !wants_tls && tls => {
            (FaultKind::PlainToTls, format!("{url} wants TLS: write https:// in place of http://"))
        }
        Protocol::Grpc if http1 && (!http2 || is_http(reason)) => (
            FaultKind::GrpcToHttp,
            format!(
                "{url} speaks HTTP and not gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, \
                 or take the port of gRPC, which is usually 4317"
            ),
        ),
        Protocol::HttpJson | Protocol::HttpProtobuf if http2 && !http1 => (
            FaultKind::HttpToGrpc,
            format!(
                "{url} speaks gRPC and not HTTP: set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or take \
                 the port of HTTP, which is usually 4318"
            ),
        ),
        _ if wants_tls && tls => (
            FaultKind::Untrusted,
            format!(
                "{url} and this program do not trust each other ({reason}): see \
                 OTEL_EXPORTER_OTLP_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"
            ),
        ),
        _ if !http1 && !http2 && !tls => {
            (FaultKind::Unreachable, format!("{url} is open, and says nothing: {reason}"))
        }
        _ => (FaultKind::Refused, format!("{url} refuses requests: {reason}")),
    };
    Fault::new(kind, text)
}

/// An answer that a signal is unknown also comes from what speaks another protocol.
fn is_otlp(target: &Target, reason: &str) -> bool {
    let (host, port) = address(&target.url);
    let Spoken { http1, http2, .. } = spoken(&host, port);
    match target.protocol {
        _ if target.url.starts_with("https:") => true,
        Protocol::Grpc => http2 && !is_http(reason),
        Protocol::HttpJson | Protocol::HttpProtobuf => http1,
    }
}

/// A server of HTTP has no other words for what it does not know, whatever it was asked in.
fn is_http(reason: &str) -> bool {
    reason.starts_with("status code: ")
}

fn is_about_credentials(reason: &str) -> bool {
    ["401", "403", "Unauthenticated", "PermissionDenied"].iter().any(|it| reason.contains(it))
}

/// Returns host and port of a URL that the configuration has found well-formed.
fn address(url: &str) -> (String, u16) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let default = if scheme == "https" { 443 } else { 80 };
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[bracket..].find(':') {
        Some(at) => {
            let (host, port) = authority.split_at(bracket + at);
            (host.trim_matches(['[', ']']).to_owned(), port[1..].parse().unwrap_or(default))
        }
        None => (authority.trim_matches(['[', ']']).to_owned(), default),
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_url_has_a_host_and_a_port() {
        for (url, host, port) in [
            ("http://a:4318/v1/traces", "a", 4318),
            ("https://a.example/x", "a.example", 443),
            ("http://[::1]:1", "::1", 1),
            ("http://[::1]", "::1", 80),
        ] {
            assert_eq!(address(url), (host.to_owned(), port), "{url}");
        }
    }
}
