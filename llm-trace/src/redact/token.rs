//! Owns what makes a key or a token of what follows its prefix: its letters, length and disorder.

use std::ops::Range;

use super::kind::Kind;
use super::prefixes::{Body, Prefix, may_start, starting};

/// In bits for each byte; words and fillers have less.
const DISORDER: f32 = 2.5;
/// As much tells whether something was drawn by lot.
const DRAWN: usize = 128;
/// As much of a token is judged. What goes on behind is part of it.
const JUDGED: usize = 160;

/// Finds the token that begins with the word at a place.
pub(super) fn at(text: &[u8], start: usize, floor: usize) -> Option<(Range<usize>, Kind)> {
    let [first, second, ..] = text[start..] else { return None };
    if matches!(first, b'M' | b'N' | b'O')
        && let Some(range) = discord(text, start)
    {
        return Some((range, Kind::ApiKey));
    }
    if !may_start(first, second) {
        return None;
    }
    let range = starting(&text[start..], first).find_map(|prefix| body(text, start, floor, prefix));
    Some((range?, Kind::ApiKey))
}

/// What stands in the middle of a token of Terraform.
pub(super) const TERRAFORM: &[u8] = b".atlasv1.";

/// Finds the token of Terraform whose first part stands between two places.
pub(super) fn terraform(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let from = end + TERRAFORM.len();
    let length = run(&text[from..], is_word);
    (end - start >= 10 && length >= 40 && is_random(&text[from..from + length.min(JUDGED)]))
        .then_some(start..from + length)
}

/// Reads the body of a token, and says where it stands.
fn body(text: &[u8], start: usize, floor: usize, prefix: &Prefix) -> Option<Range<usize>> {
    // In base64 any prefix comes up in time, behind a letter or one of these.
    if prefix.is_weak && start > floor && matches!(text[start - 1], b'+' | b'/' | b'_') {
        return None;
    }
    let from = start + prefix.text.len();
    let judged = text.len().min(from + JUDGED);
    let mut end = from + run(&text[from..judged], |byte| prefix.body.has(byte));
    if prefix.body != Body::Word {
        // A dot ends the sentence, and padding the key.
        while end > from && matches!(text[end - 1], b'.' | b'~' | b'%' | b'/') {
            end -= 1;
        }
    }
    let body = &text[from..end];
    let is_cut = prefix.max < usize::MAX && text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    if body.len() < prefix.min || body.len() > prefix.max || is_cut || !prefix.body.is_random(body)
    {
        return None;
    }
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_named = match prefix.text {
        "sk-" | "sk_" | "pa-" | "re_" => digits < 2 || !has_long_piece(body),
        "SG." | "pat" => !body.contains(&b'.'),
        text if text.starts_with("xox") => digits < 2,
        _ => prefix.is_label && digits == 0,
    };
    if is_named {
        return None;
    }
    if end == judged {
        end += run(&text[end..], |byte| prefix.body.has(byte));
    }
    Some(match prefix {
        Prefix { is_label: true, .. } => from..end,
        Prefix { body: Body::Path, .. } => scheme(text, start, floor)..end,
        _ => start..end,
    })
}

/// Whether a body is more than words and numbers with dashes between them.
fn has_long_piece(body: &[u8]) -> bool {
    body.split(|byte| !byte.is_ascii_alphanumeric()).any(|piece| piece.len() >= 12)
}

impl Body {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Base64 => is_base64(byte) || matches!(byte, b'_' | b'-'),
            Self::Dotted => is_base64(byte) || matches!(byte, b'_' | b'-' | b'.' | b'~' | b'%'),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Path => is_word(byte) || byte == b'/',
            Self::Upper => matches!(byte, b'0'..=b'9' | b'A'..=b'Z'),
            Self::Word => is_word(byte),
        }
    }

    /// Whether this could be drawn by lot from these letters.
    fn is_random(self, body: &[u8]) -> bool {
        // One in thirty of sixteen capitals and digits has no digit.
        if self == Self::Upper { disorder(body) >= DISORDER } else { is_random(body) }
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Counts the bytes that a text begins with.
pub(super) fn run(text: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !is_part(*byte)).unwrap_or(text.len())
}

/// Finds the JSON web token that begins with the `eyJ` at a place: three or more segments of
/// base64url, or two where the text was cut.
///
/// Otherwise returns where its letters end, before which no other token begins.
pub(super) fn jwt(text: &[u8], start: usize) -> Result<Range<usize>, usize> {
    let first = start + run(&text[start..], is_word);
    let mut end = first;
    let mut segments = 1;
    while segments < 5 && text.get(end) == Some(&b'.') {
        let length = run(&text[end + 1..], is_word);
        if length < 4 && segments > 1 {
            break;
        }
        end += 1 + length;
        segments += 1;
    }
    if segments > 1 && end - start > 30 { Ok(start..end) } else { Err(first) }
}

/// The token of a Discord bot: an id, a time and a signature in base64url.
fn discord(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut end = start;
    for (index, lengths) in [23..=28, 6..=7, 27..=45].into_iter().enumerate() {
        if index > 0 && text.get(end) != Some(&b'.') {
            return None;
        }
        end += usize::from(index > 0);
        let length = run(&text[end..text.len().min(end + 46)], is_word);
        if !lengths.contains(&length) {
            return None;
        }
        end += length;
    }
    is_random(&text[start..end]).then_some(start..end)
}

/// The token of a Telegram bot, around the colon at a place: its number, and 35 letters.
pub(super) fn telegram(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let number =
        text[floor..at].iter().rev().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let length = run(&text[at + 1..text.len().min(at + 42)], is_word);
    let is_token = number >= 6 && (33..=40).contains(&length) && text[at + 1..].starts_with(b"AA");
    is_token.then(|| at - number..at + 1 + length)
}

/// The secret half of a key of AWS, which begins at a place not far behind the other half.
pub(super) fn aws_secret(text: &[u8], start: usize, last: &Range<usize>) -> Option<Range<usize>> {
    let is_near = start - last.end <= 48;
    let is_aws = text[last.start..].starts_with(b"AKIA") || text[last.start..].starts_with(b"ASIA");
    if !is_near || !is_aws {
        return None;
    }
    let length = run(&text[start..text.len().min(start + 41)], is_base64);
    let is_secret = matches!(length, 39 | 40) && is_random(&text[start..start + length]);
    is_secret.then(|| start..start + length)
}

/// Goes back over `https://`, and over the names before the domain.
fn scheme(text: &[u8], start: usize, floor: usize) -> usize {
    let before = &text[floor..start];
    let names = before.iter().rev().take_while(|byte| is_word(**byte) || **byte == b'.').count();
    let before = &before[..before.len() - names];
    ["https://", "http://"]
        .iter()
        .find(|scheme| before.ends_with(scheme.as_bytes()))
        .map_or(start, |scheme| floor + before.len() - scheme.len())
}

/// Whether this could be drawn by lot: neither a filler nor words.
pub(super) fn is_random(body: &[u8]) -> bool {
    let body = &body[..body.len().min(DRAWN)];
    let has = |is: fn(&u8) -> bool| body.iter().any(is);
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    (has(u8::is_ascii_digit) || is_mixed) && disorder(body) >= DISORDER
}

/// Shannon's entropy, in bits for each byte.
pub(super) fn disorder(body: &[u8]) -> f32 {
    let mut counts = [0_u8; 256];
    let body = &body[..body.len().min(DRAWN)];
    for byte in body {
        counts[usize::from(*byte)] += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 128")]
    let total = body.len() as f32;
    let parts = counts.iter().filter(|count| **count > 0);
    parts.map(|count| f32::from(*count) / total).map(|share| -share * share.log2()).sum()
}
