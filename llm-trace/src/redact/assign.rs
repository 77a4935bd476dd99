//! Owns values that stand beside the name of a secret: `API_KEY=…`, `"password": "…"`,
//! `Authorization: Basic …`, `--token …`, `<secret>…`, `curl -u name:…`.

use std::ops::Range;

use super::digits::{self, is_issued};
use super::kind::Kind;
use super::names::{self, NAME, Strength, is_constant, strength, strength_of_words};
use super::secret::{Place, is_secret};
use super::token::{is_base64, is_random, run};

/// As much of a value is judged. What goes on behind is part of it.
const JUDGED: usize = 256;
/// The shortest value that is found behind a name without a sign between them.
const SAID: usize = 16;

/// Finds the secret after the `:`, `=` or `>` at a place, which is `width` bytes wide.
pub(super) fn after(text: &[u8], at: usize, width: usize, floor: usize) -> Option<Range<usize>> {
    let before = &text[floor..at];
    let spaces = before.iter().rev().take(32).take_while(|byte| is_space(**byte)).count();
    let before = &before[..before.len() - spaces];
    let (before, quote) = unquoted(before);
    let length = before.iter().rev().take(NAME).take_while(|byte| is_name(**byte)).count();
    let (mut outside, name) = before.split_at(before.len() - length);
    let strength = match strength(name) {
        weak @ (Some(Strength::Key) | None) if spaces < 2 => {
            let is_part = |byte: &&u8| is_name(**byte) || **byte == b' ';
            let words = before.iter().rev().take(NAME).take_while(is_part).count();
            strength_of_words(&before[before.len() - words..]).or(weak)
        }
        found => found,
    };
    let strength = strength.or_else(|| {
        let says = name.eq_ignore_ascii_case(b"value").then(|| paired(outside))??;
        names::strength(says)
    });
    let Some(strength) = strength else {
        let is_login = text[at] == b':'
            && spaces == 0
            && (outside.ends_with(b" -u ") || outside.ends_with(b"--user "));
        return if is_login { login(text, at + 1) } else { None };
    };
    if outside.ends_with(b"\\") {
        outside = &outside[..outside.len() - 1];
    }
    // `"Password: "` says what to ask for.
    let inside = match outside.last() {
        Some(open @ (b'"' | b'\'' | b'`')) if quote.is_none() => Some(*open),
        _ => None,
    };
    let is_field = text[at] == b'=';
    let look = Look {
        strength,
        inside,
        is_constant: is_field && is_constant(name),
        is_tight: is_field && spaces == 0,
        is_pair: is_field,
    };
    let found = look.value(text, at + width)?;
    // The name of an element, and its end: `<password>…</password>`.
    let is_element = || outside.last() == Some(&b'<') && text.get(found.end) == Some(&b'<');
    (text[at] != b'>' || is_element()).then_some(found)
}

/// Takes away the quotes and brackets behind a name.
fn unquoted(before: &[u8]) -> (&[u8], Option<u8>) {
    match before {
        [rest @ .., quote @ (b'"' | b'\''), b']'] => (rest, Some(*quote)),
        // A field of a form: `user[password]=…`.
        [rest @ .., b']'] => {
            let name = rest.iter().rev().take(NAME).take_while(|byte| is_name(**byte)).count();
            let is_field = rest[..rest.len() - name].ends_with(b"[");
            (if is_field { rest } else { before }, None)
        }
        [rest @ .., quote @ (b'"' | b'\'' | b'`')] => {
            let slashes = rest.iter().rev().take(8).take_while(|byte| **byte == b'\\').count();
            (&rest[..rest.len() - slashes], Some(*quote))
        }
        _ => (before, None),
    }
}

/// Returns what the value of a pair is the value of: `<add key="ApiSecret" value=…`, `name: TOKEN` and
/// `value: …` on the next line. `before` ends where the word `value` begins.
fn paired(before: &[u8]) -> Option<&[u8]> {
    let trimmed = |text: &'_ [u8]| {
        let between =
            |byte: &&u8| byte.is_ascii_whitespace() || matches!(**byte, b',' | b'"' | b'\'');
        text.len() - text.iter().rev().take(NAME).take_while(between).count()
    };
    let before = &before[..trimmed(before)];
    let length = before.iter().rev().take(NAME).take_while(|byte| is_name(**byte)).count();
    let (before, says) = before.split_at(before.len() - length);
    let before = &before[..trimmed(before)];
    let before = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b":"))?;
    let before = &before[..trimmed(before)];
    let is_name = |word: &&[u8]| {
        let start = before.len().checked_sub(word.len());
        start.is_some_and(|start| before[start..].eq_ignore_ascii_case(word))
    };
    [&b"key"[..], b"name"].iter().any(is_name).then_some(says)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | 0x80..)
}

/// The password behind the name of a user.
fn login(text: &[u8], from: usize) -> Option<Range<usize>> {
    let end = from + loose(&text[from..], None, b"");
    is_secret(&text[from..end], Strength::Password, Place::Variable).then_some(from..end)
}

/// How to look at what follows a name.
struct Look {
    strength: Strength,
    /// The quote that is open around the name.
    inside: Option<u8>,
    is_constant: bool,
    is_tight: bool,
    /// Whether it may be one of several with `&` between them.
    is_pair: bool,
}

impl Look {
    /// Finds the secret that follows the sign before a place.
    fn value(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let signs = &text[from..text.len().min(from + 2)];
        let mut at = from + run(signs, |byte| matches!(byte, b'=' | b'>' | b':' | b'~'));
        at += run(&text[at..], is_space);
        let slashes = run(&text[at..text.len().min(at + 8)], |byte| byte == b'\\');
        let quote = match text.get(at + slashes) {
            Some(quote @ (b'"' | b'\'' | b'`')) if self.inside != Some(*quote) => Some(*quote),
            _ if slashes > 0 => return None,
            _ => None,
        };
        if quote.is_some() {
            at += slashes + 1;
        }
        let scheme = scheme(&text[at..]);
        at += scheme.len();
        let place = match quote {
            Some(_) => Place::Quoted,
            None if self.is_constant => Place::Variable,
            None if self.is_tight => Place::Tight,
            None => Place::Loose,
        };
        let ends: &[u8] = match (self.is_constant, self.is_pair) {
            (true, _) => b"",
            (false, true) => b",;&)]}>|",
            (false, false) => b",;)]}>|",
        };
        let length = |value: &[u8]| match quote {
            Some(quote) => quoted(value, quote, slashes),
            None => loose(value, self.inside, ends),
        };
        let judged = text.len().min(at + JUDGED);
        let end = at + length(&text[at..judged]);
        let place = match (place, text.get(end)) {
            // A field of a connection string or of a query ends so.
            (Place::Tight, Some(b';' | b'&')) => Place::Variable,
            (place, _) => place,
        };
        // A name and a password in base64 are short, and need not look drawn by lot.
        let strength = if scheme == "basic " { Strength::Password } else { self.strength };
        if !is_secret(&text[at..end], strength, place) {
            return None;
        }
        Some(at..if end == judged { at + length(&text[at..]) } else { end })
    }
}

/// The name of the scheme that a header begins with.
fn scheme(value: &[u8]) -> &'static str {
    ["bearer ", "basic ", "token ", "apikey ", "digest ", "negotiate ", "key "]
        .into_iter()
        .find(|scheme| {
            value.get(..scheme.len()).is_some_and(|v| v.eq_ignore_ascii_case(scheme.as_bytes()))
        })
        .unwrap_or("")
}

/// The length of a value up to the quote that ends it, which has as many slashes as the first.
fn quoted(value: &[u8], quote: u8, slashes: usize) -> usize {
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        match byte {
            b'\n' => break,
            b'\\' => {
                let run = run(&value[at..], |byte| byte == b'\\');
                if value.get(at + run) == Some(&quote) && run <= slashes {
                    return at;
                }
                at += run + usize::from(slashes == 0 && run % 2 == 1);
            }
            byte if *byte == quote => return at,
            _ => at += 1,
        }
    }
    at.min(value.len())
}

/// The length of a value without quotes, up to a byte that `ends` it.
fn loose(value: &[u8], inside: Option<u8>, ends: &[u8]) -> usize {
    let is_end = |at: &usize| {
        let byte = value[*at];
        // Most bytes are letters and digits, and none of these ends a value.
        !byte.is_ascii_alphanumeric()
            && (byte.is_ascii_whitespace()
                || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'\\')
                || inside == Some(byte)
                || ends.contains(&byte)
                // The signs of Chinese and Japanese.
                || matches!(value[*at..], [0xE3, 0x80, ..] | [0xEF, 0xBC, ..]))
    };
    let length = (0..value.len()).find(is_end).unwrap_or(value.len());
    // What ends the sentence is no part of it.
    length
        - value[..length]
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'.' | b',' | b';' | b':'))
            .count()
}

/// Says what the whole value of a field is, if its name makes a secret of it.
pub(super) fn of_field(name: &str, value: &str) -> Option<Kind> {
    let name = name.as_bytes();
    let value = value.trim().as_bytes();
    if let Some(strength) = strength(name) {
        return is_secret(value, strength, Place::Quoted).then_some(Kind::Password);
    }
    // Nine digits without dashes are a number like any other, but for their name.
    let is_ssn = value.len() == 9
        && value.iter().all(u8::is_ascii_digit)
        && is_issued([&value[..3], &value[3..5], &value[5..]])
        && digits::says_ssn(name);
    is_ssn.then_some(Kind::Ssn)
}

/// Finds the secret after `--password ` and its like, whose first dash stands at a place.
pub(super) fn option(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name = text[at..].strip_prefix(b"--")?;
    name.first().filter(|first| first.is_ascii_alphabetic())?;
    let length = run(&name[..name.len().min(NAME)], is_name);
    if length < 3 || name.get(length) != Some(&b' ') {
        return None;
    }
    let strength = strength(&name[..length])?;
    let look = Look { strength, inside: None, is_constant: false, is_tight: true, is_pair: true };
    look.value(text, at + 2 + length)
}

/// Finds the password that is glued to the `-p` at a place, as clients of `MySQL` want it.
pub(super) fn glued(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let before = &text[floor.max(at.saturating_sub(NAME * 2))..at];
    let line = before.rsplit(|byte| *byte == b'\n').next()?.strip_suffix(b" ")?;
    let is_client = |word: &[u8]| word.starts_with(b"mysql") || word.starts_with(b"mariadb");
    line.split(|byte| !is_name(*byte)).any(is_client).then(|| login(text, at + 2))?
}

/// Finds the secret that a sentence tells: `the password is …`, or `login … password …`, whose word of
/// that meaning stands between `start` and `at`.
pub(super) fn told(text: &[u8], start: usize, at: usize, floor: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let verb = [" is ", " was ", " ist ", " es ", " est "]
        .iter()
        .find(|verb| rest.starts_with(verb.as_bytes()));
    let length = verb.map(|verb| verb.len()).or_else(|| {
        // As in `.netrc`.
        let before = &text[floor.max(start.saturating_sub(NAME * 2))..start];
        let mut words = before.rsplit(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.nth(1).filter(|word| *word == b"login").map(|_| 1)
    })?;
    let look = Look {
        strength: Strength::Password,
        inside: None,
        is_constant: false,
        is_tight: false,
        is_pair: false,
    };
    look.value(text, at + length)
}

/// Finds the long value that begins at a place, behind the name of a secret without a sign: `ENV
/// SECRET_KEY …`, `our API key is …`.
pub(super) fn said(text: &[u8], start: usize, floor: usize) -> Option<Range<usize>> {
    let length =
        run(&text[start..text.len().min(start + JUDGED)], |byte| is_name(byte) || is_base64(byte));
    let value = &text[start..start + length];
    let value =
        &value[..value.len() - value.iter().rev().take_while(|byte| **byte == b'.').count()];
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    if value.len() < SAID || digits < 2 || !is_random(value) {
        return None;
    }
    let before = &text[floor.max(start.saturating_sub(NAME))..start];
    let spaces = before.iter().rev().take_while(|byte| is_space(**byte)).count();
    let before = &before[..before.len() - spaces];
    let before = [" is", " was", " ist"]
        .iter()
        .find_map(|verb| before.strip_suffix(verb.as_bytes()))
        .unwrap_or(before);
    let words = before.iter().rev().take_while(|byte| is_name(**byte) || **byte == b' ').count();
    let words = &before[before.len() - words..];
    let name = words.rsplit(|byte| *byte == b' ').next()?;
    let is_named = spaces > 0
        && (matches!(strength(name), Some(Strength::Password | Strength::Token))
            || strength_of_words(words).is_some());
    is_named.then(|| start..start + value.len())
}
