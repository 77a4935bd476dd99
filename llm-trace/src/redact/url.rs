//! Owns the password in a URL: `postgres://user:…@host`.

use std::ops::Range;

use super::secret::is_filler;
use super::token::{is_random, run};

const USER: usize = 128;
const PASSWORD: usize = 512;

/// Finds the password after the `://` whose colon stands at a place; a token in the user's stead, too.
pub(super) fn after(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at + 3;
    let user = run(&text[from..text.len().min(from + USER)], |byte| {
        !byte.is_ascii_whitespace()
            && !matches!(
                byte,
                b':' | b'/' | b'@' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\'
            )
    });
    match text.get(from + user)? {
        b'@' => {
            let name = &text[from..from + user];
            (user >= 20 && is_random(name) && is_host(&text[from + user + 1..]))
                .then(|| from..from + user)
        }
        b':' => password(text, from + user + 1),
        _ => None,
    }
}

fn password(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = &text[from..text.len().min(from + PASSWORD)];
    let port = run(rest, |byte| byte.is_ascii_digit());
    // The port of a host without a user.
    if port > 0
        && !matches!(rest.get(port), Some(byte) if !b"/?#,;)]}".contains(byte) && !byte.is_ascii_whitespace())
    {
        return None;
    }
    let length = run(rest, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'\\')
    });
    let hosts = (0..length).filter(|at| rest[*at] == b'@' && is_host(&rest[at + 1..]));
    // A password may hold an `@`: the last one before the path counts.
    let end = hosts.reduce(|end, at| if rest[end..at].contains(&b'/') { end } else { at })?;
    let password = &rest[..end];
    let is_path = password.first() == Some(&b'/');
    (!password.is_empty() && !is_path && !is_filler(password)).then(|| from..from + end)
}

/// Whether a text begins with a host and what may follow one.
fn is_host(text: &[u8]) -> bool {
    let length = run(text, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | 0x80..)
    });
    let is_named =
        length > 0 || text.starts_with(b"${") || text.starts_with(b"/") || text.starts_with(b"{");
    is_named && text.get(length) != Some(&b'@')
}
