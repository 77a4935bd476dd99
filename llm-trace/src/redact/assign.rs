//! Owns values that stand beside the name of a secret: `API_KEY=…`, `"password": "…"`,
//! `Authorization: Basic …`, `--token …`, `<secret>…`.

use std::ops::Range;

use super::digits::{self, is_issued};
use super::kind::Kind;
use super::secret::{Place, is_secret};
use super::token::run;

/// The longest name that is looked at.
const NAME: usize = 64;
/// The longest value without a quote that ends it.
const VALUE: usize = 4096;

/// How much a name says of the value beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Strength {
    /// Whatever stands here is secret.
    Password,
    /// What looks drawn by lot is secret.
    Token,
    /// Only what could be nothing else is secret.
    Key,
}

const PASSWORD: &[&str] = &[
    "clientsecret",
    "credential",
    "credentials",
    "kennwort",
    "motdepasse",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "contraseña",
    "pwd",
    "secret",
    "userpass",
    "dbpass",
    "adminpass",
    "rootpass",
    "mysqlpass",
    "smtppass",
    "sshpass",
];

const TOKEN: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "apisecret",
    "appkey",
    "appsecret",
    "authkey",
    "authorization",
    "bearer",
    "connectionstring",
    "deploykey",
    "encryptionkey",
    "jsessionid",
    "licensekey",
    "masterkey",
    "phpsessid",
    "privatekey",
    "privatekeyid",
    "secretkey",
    "secretaccesskey",
    "servicekey",
    "sessionid",
    "sharedaccesskey",
    "sharedaccesssignature",
    "signature",
    "signingkey",
    "signingsecret",
    "storagekey",
    "subscriptionkey",
    "token",
    "tokens3cret",
    "webhooksecret",
    "secretkeybase",
    "apitoken",
    "accesstoken",
];

const KEY: &[&str] =
    &["auth", "csrf", "key", "pass", "pat", "session", "sid", "sig", "webhook", "xsrf"];

/// Names that end like one of a secret and are none.
const HARMLESS: &[&str] = &[
    "pagetoken",
    "nexttoken",
    "continuationtoken",
    "cancellationtoken",
    "canceltoken",
    "eostoken",
    "bostoken",
    "padtoken",
    "stoptoken",
    "unktoken",
    "pertoken",
    "primarykey",
    "foreignkey",
    "publickey",
    "sortkey",
    "cachekey",
    "partitionkey",
    "hotkey",
    "monkey",
    "compass",
    "bypass",
];

/// Returns what a name says, if anything. Case and what joins its words do not matter.
pub(super) fn strength(name: &[u8]) -> Option<Strength> {
    // Most names are none, and their last letter says so.
    let last = name.iter().rposition(u8::is_ascii_alphabetic).map(|at| name[at])?;
    if !matches!(
        last | 0x20,
        b'a' | b'd' | b'e' | b'g' | b'h' | b'k' | b'n' | b'r' | b's' | b't' | b'y' | b'l' | b'f'
    ) {
        return None;
    }
    let mut letters = [0; NAME];
    let mut length = 0;
    for byte in &name[name.len().saturating_sub(NAME)..] {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            letters[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    let plain = &letters[..length];
    let plain =
        &plain[..plain.len() - plain.iter().rev().take_while(|b| b.is_ascii_digit()).count()];
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word.as_bytes()));
    if ends(HARMLESS) {
        None
    } else if ends(PASSWORD) {
        Some(Strength::Password)
    } else if ends(TOKEN) {
        Some(Strength::Token)
    } else if has_last_word(name, plain) {
        Some(Strength::Key)
    } else if is_constant(name) && holds(plain) {
        // `OPENAI_API_KEY_PROD`, `SECRET_FOR_X`: what looks drawn by lot beside it is one.
        Some(Strength::Token)
    } else {
        None
    }
}

fn holds(plain: &[u8]) -> bool {
    ["apikey", "secret", "password", "passwd", "accesskey", "token"]
        .iter()
        .any(|word| plain.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// Whether the last of the words that make up a name is a short one such as `key`.
fn has_last_word(name: &[u8], plain: &[u8]) -> bool {
    KEY.iter().any(|word| {
        plain.ends_with(word.as_bytes()) && {
            let before = name.len().checked_sub(word.len() + 1).map(|at| name[at]);
            let first = name.len().checked_sub(word.len()).map(|at| name[at]);
            // A word of its own: `x-key`, `signKey`, `key`.
            before.is_none_or(|byte| !byte.is_ascii_alphabetic())
                || first.is_some_and(|byte| byte.is_ascii_uppercase())
                    && before.is_some_and(|byte| byte.is_ascii_lowercase())
        }
    })
}

fn is_constant(name: &[u8]) -> bool {
    name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

/// Finds the secret after the `:`, `=` or `>` at a place.
pub(super) fn after(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let before = &text[floor..at];
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = &before[..before.len() - spaces.min(before.len())];
    if spaces > 32 {
        return None;
    }
    let (before, quote) = match before {
        [rest @ .., quote @ (b'"' | b'\'' | b'`')] => {
            let slashes = rest.iter().rev().take_while(|byte| **byte == b'\\').count();
            (&rest[..rest.len() - slashes], Some(*quote))
        }
        // `["password"] = …`
        [rest @ .., b'"' | b'\'', b']'] => (rest, None),
        _ => (before, None),
    };
    let length = before.iter().rev().take(NAME).take_while(|byte| is_name(**byte)).count();
    let name = &before[before.len() - length..];
    let mut outside = &before[..before.len() - length];
    // A name of two or three words, as in a form: `Secret access key: …`.
    let strength = match strength(name) {
        Some(Strength::Key) | None if spaces == 0 && text[at] == b':' => {
            let words =
                before.iter().rev().take(NAME).take_while(|byte| is_name(**byte) || **byte == b' ');
            let words = &before[before.len() - words.count()..];
            match two_words(words) {
                Some(found) => Some(found),
                None => strength(name),
            }
        }
        found => found,
    }?;
    // The name of an element: `<password>…</password>`.
    if text[at] == b'>' && outside.last() != Some(&b'<') {
        return None;
    }
    if outside.ends_with(b"\\") && name.len() > 1 {
        outside = &outside[..outside.len() - 1];
    }
    // `"Password: "` says what to ask for.
    let inside = match outside.last() {
        Some(open @ (b'"' | b'\'' | b'`')) if quote.is_none() => Some(*open),
        _ => None,
    };
    let is_constant = is_constant(name) && text[at] == b'=';
    let is_tight = spaces == 0 && text[at] == b'=';
    value(text, at + 1, strength, inside, is_constant, is_tight)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | 0x80..)
}

/// What a name says that is written as separate words.
fn two_words(words: &[u8]) -> Option<Strength> {
    let mut plain = [0; NAME];
    let length = words.len().min(NAME);
    plain[..length].copy_from_slice(&words[words.len() - length..]);
    plain.make_ascii_lowercase();
    let plain = &plain[..length];
    [
        "api key",
        "access key",
        "secret key",
        "private key",
        "account key",
        "signing key",
        "encryption key",
        "auth token",
    ]
    .iter()
    .any(|name| plain.ends_with(name.as_bytes()))
    .then_some(Strength::Token)
}

/// Finds the secret in what follows a name.
fn value(
    text: &[u8],
    from: usize,
    strength: Strength,
    inside: Option<u8>,
    is_constant: bool,
    is_tight: bool,
) -> Option<Range<usize>> {
    let mut at = from + run(&text[from..], |byte| matches!(byte, b'=' | b'>' | b':' | b'~'));
    let spaces = run(&text[at..], |byte| matches!(byte, b' ' | b'\t'));
    at += spaces;
    let slashes = run(&text[at..], |byte| byte == b'\\');
    let quote = match text.get(at + slashes) {
        Some(quote @ (b'"' | b'\'' | b'`')) if inside != Some(*quote) => Some(*quote),
        _ if slashes > 0 => return None,
        _ => None,
    };
    if quote.is_some() {
        at += slashes + 1;
    }
    at += authentication_scheme(&text[at..]);
    let rest = &text[at..text.len().min(at + VALUE)];
    let (length, place) = match quote {
        Some(quote) => (quoted(rest, quote, slashes), Place::Quoted),
        None if is_constant => (loose(rest, inside, false), Place::Variable),
        None => (loose(rest, inside, true), if is_tight { Place::Tight } else { Place::Loose }),
    };
    let end = at + length;
    let place = match (place, text.get(end)) {
        // A field of a connection string or of a query ends so.
        (Place::Tight, Some(b';' | b'&')) => Place::Variable,
        (place, _) => place,
    };
    is_secret(&text[at..end], strength, place).then_some(at..end)
}

/// The length of `Bearer ` and its like.
fn authentication_scheme(value: &[u8]) -> usize {
    ["bearer ", "basic ", "token ", "apikey ", "digest ", "negotiate ", "key "]
        .iter()
        .find(|scheme| {
            value.get(..scheme.len()).is_some_and(|v| v.eq_ignore_ascii_case(scheme.as_bytes()))
        })
        .map_or(0, |scheme| scheme.len())
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
            byte if *byte == quote && slashes == 0 => return at,
            byte if *byte == quote => return at,
            _ => at += 1,
        }
    }
    at.min(value.len())
}

/// The length of a value without quotes.
fn loose(value: &[u8], inside: Option<u8>, is_listed: bool) -> usize {
    let length = run(value, |byte| {
        let ends = byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'\\')
            || inside == Some(byte)
            || is_listed && matches!(byte, b',' | b';' | b'&' | b')' | b']' | b'}' | b'>' | b'|');
        !ends
    });
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
    let name = text.get(at..)?.strip_prefix(b"--")?;
    let length = run(&name[..name.len().min(NAME)], is_name);
    if length < 3 || name.get(length) != Some(&b' ') {
        return None;
    }
    let strength = strength(&name[..length])?;
    value(text, at + 2 + length, strength, None, false, true)
}
