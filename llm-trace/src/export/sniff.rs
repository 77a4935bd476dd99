//! Owns the question what a port speaks: asked with the first bytes of each protocol.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);

const HTTP1: &[u8] =
    b"GET /llm-trace-doctor HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// The preface of HTTP/2, and empty SETTINGS.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A `ClientHello` of TLS 1.2 without extensions: a server answers it, if only with an alert.
const TLS: &[u8] = &{
    let mut hello = [0; 50];
    // A handshake record of 45 bytes, with a `ClientHello` of 41.
    let start = [0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3];
    let mut at = 0;
    while at < start.len() {
        hello[at] = start[at];
        at += 1;
    }
    // 32 bytes of randomness that need not be any, no session, one cipher suite, no compression.
    let end = [0, 0, 2, 0xc0, 0x2f, 1, 0];
    at = 0;
    while at < end.len() {
        hello[43 + at] = end[at];
        at += 1;
    }
    hello
};

/// What a port speaks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Spoken {
    pub(crate) http1: bool,
    pub(crate) http2: bool,
    pub(crate) tls: bool,
}

/// Returns whether a connection comes about.
pub(crate) fn reach(host: &str, port: u16) -> io::Result<()> {
    connect(host, port).map(drop)
}

/// Asks a port what it speaks.
pub(crate) fn spoken(host: &str, port: u16) -> Spoken {
    let said = |words| ask(host, port, words).unwrap_or_default();
    let (http1, http2, tls) = (said(HTTP1), said(HTTP2), said(TLS));
    // A server of TLS tells those who come without it in words of HTTP, or in an alert.
    let is_tls = matches!(tls.first(), Some(0x15 | 0x16));
    Spoken {
        http1: !is_tls && http1.starts_with(b"HTTP/1."),
        // The first frame of a server is SETTINGS.
        http2: !is_tls && http2.get(3) == Some(&4) && !http2.starts_with(b"HTTP"),
        tls: is_tls,
    }
}

fn ask(host: &str, port: u16, words: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(host, port)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(words)?;
    let mut answer = vec![0; 64];
    let length = stream.read(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::NotFound.into();
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}
