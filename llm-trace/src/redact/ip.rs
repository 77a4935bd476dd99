//! Owns IP addresses, and what looks like one and is a version.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::digits::Groups;
use super::token::run;

/// As long as an IPv6 address is written, with one of IPv4 at its end.
const LONGEST: usize = 45;

/// Words before four numbers that say what they are.
const VERSIONS: &[&str] = &[
    "article", "bios", "build", "chapter", "driver", "figure", "firmware", "fw", "kernel", "patch",
    "rel", "release", "rev", "revision", "rule", "sec", "section", "software", "sw", "table",
    "update", "upgrade", "v", "ver", "version", "versions", "clause", "step", "§",
];

/// Finds the IPv4 address that begins a run of groups.
pub(super) fn v4(text: &[u8], groups: &Groups, floor: usize) -> Option<Range<usize>> {
    let [a, b, c, d, rest @ ..] = groups.all() else { return None };
    let is_dotted = [a, b, c].iter().all(|group| text[group.end..].first() == Some(&b'.'))
        && b.start == a.end + 1
        && c.start == b.end + 1
        && d.start == c.end + 1;
    let goes_on = !rest.is_empty() && text[d.end] == b'.';
    let (start, end) = (a.start, d.end);
    let is_part = matches!(text[floor..start], [.., b'.' | b'-'] | [.., b'0'..=b'9', b':'])
        || text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if !is_dotted || goes_on || is_part || d.len() > 3 {
        return None;
    }
    let address: Ipv4Addr = str::from_utf8(&text[start..end]).ok()?.parse().ok()?;
    (is_someone(address) && !is_version(&text[floor..start])).then_some(start..end)
}

/// Whether an address says anything about anyone: not the machine itself, nor a mask.
fn is_someone(address: Ipv4Addr) -> bool {
    let is_mask = address.octets()[0] == 255;
    !(address.is_loopback() || address.is_unspecified() || is_mask)
}

/// Whether a text says that four numbers are the version of something: `build 1.2.3.4`,
/// `Chrome/1.2.3.4`.
fn is_version(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(24)..];
    // A product and its version, but not a scheme or a path and a host.
    if let [rest @ .., b'/'] = before {
        return rest.last().is_some_and(u8::is_ascii_alphabetic) && !rest.contains(&b'/');
    }
    let end = before
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'(' | b'#'))
        .map_or(0, |last| last + 1);
    let word = &before[..end];
    let length =
        word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    let word = &word[end - length..];
    VERSIONS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// Finds the IPv6 address around the colon at a place, not before `floor`.
pub(super) fn v6(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let before = text[floor..at].iter().rev().take(LONGEST + 1);
    let start = at - before.take_while(|byte| is_part(**byte)).count();
    let end = at + run(&text[at..text.len().min(at + LONGEST + 1)], is_part);
    let is_cut = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
    };
    if is_cut(text.get(end)) || start > floor && is_cut(Some(&text[start - 1])) {
        return None;
    }
    // A colon or a dot may end the sentence.
    (0..3).find_map(|trim| {
        let end = end.checked_sub(trim).filter(|end| *end > start)?;
        is_v6(&text[start..end]).then_some(start..end)
    })
}

fn is_v6(run: &[u8]) -> bool {
    let Some(address) = str::from_utf8(run).ok().and_then(|run| run.parse::<Ipv6Addr>().ok())
    else {
        return false;
    };
    let groups = run.split(|byte| *byte == b':').filter(|group| !group.is_empty());
    let longest = groups.clone().map(<[u8]>::len).max().unwrap_or(0);
    let has_digit = run.iter().any(u8::is_ascii_digit);
    // `a::b` is a path in code, and pairs of digits are a fingerprint.
    let is_pairs = groups.count() == 8 && longest <= 2;
    has_digit && longest > 2 && !is_pairs && !address.is_loopback() && !address.is_unspecified()
}
