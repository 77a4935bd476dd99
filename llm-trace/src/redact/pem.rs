//! Owns private keys in PEM form and its relatives.

use std::ops::Range;

use super::token::{is_base64, run};

const BEGIN: &[u8] = b"-----BEGIN ";
const SSH2: &[u8] = b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----";
const LABEL: usize = 64;

/// Finds the private key whose first dash stands at a place: all of it, up to the end of the text
/// if nothing ends it.
pub(super) fn at(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    if rest.starts_with(SSH2) {
        return Some(start..end(text, start + SSH2.len(), b"---- END", b"----"));
    }
    let label = rest.strip_prefix(BEGIN)?;
    let length = find(&label[..label.len().min(LABEL)], b"-----")?;
    find(&label[..length], b"PRIVATE KEY")?;
    let body = start + BEGIN.len() + length + 5;
    // The marker alone, in a sentence on keys, gives nothing away.
    is_key(&text[body..]).then(|| start..end(text, body, b"-----END", b"-----"))
}

/// Finds the key of `PuTTY` that begins with the word at a place.
pub(super) fn putty(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = text[start..].strip_prefix(b"PuTTY-User-Key-File-")?;
    find(&rest[..rest.len().min(1024)], b"Private-Lines:")?;
    let last = find(rest, b"Private-MAC:").map_or(rest.len(), |mac| {
        mac + rest[mac..].iter().position(|byte| *byte == b'\n').unwrap_or(rest.len() - mac)
    });
    Some(start..text.len() - rest.len() + last)
}

/// Whether what follows the marker is the inside of a key: base64, or headers.
fn is_key(body: &[u8]) -> bool {
    let mut at = 0;
    loop {
        at += run(&body[at..], |byte| {
            matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'|' | b'"' | b'+')
        });
        // A line break that is written as an escape, once or more.
        let slashes = run(&body[at..], |byte| byte == b'\\');
        match body.get(at + slashes) {
            Some(b'n' | b'r' | b't') if slashes > 0 => at += slashes + 1,
            _ => break,
        }
    }
    let line = &body[at..];
    run(line, is_base64) >= 16
        || line.starts_with(b"Proc-Type")
        || line.starts_with(b"Version")
        || line.starts_with(b"Comment")
}

fn end(text: &[u8], from: usize, marker: &[u8], close: &[u8]) -> usize {
    let Some(last) = find(&text[from..], marker) else { return text.len() };
    let after = from + last + marker.len();
    let label = &text[after..text.len().min(after + LABEL)];
    find(label, close).map_or(after, |length| after + length + close.len())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
