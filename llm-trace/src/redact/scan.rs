//! Owns the one pass over a text that finds the built-in kinds.
//!
//! Everything that is looked for begins with a word or stands around one of a few signs. The pass
//! goes from word to word and from sign to sign, and never looks back behind the last finding.

use std::ops::Range;

use super::digits::{self, Groups};
use super::kind::{Finding, Kind};
use super::{assign, email, iban, ip, pem, phone, token, url};

/// What a byte is to the pass.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Class {
    /// Nothing begins here.
    Other,
    /// Part of a word.
    Word,
    /// Something may stand around this.
    Sign,
}

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Class::Word,
            // The last begins the wide signs of Chinese and Japanese.
            b'@' | b':' | b'=' | b'-' | b'+' | b'(' | b'%' | b'\\' | b'>' | 0xEF => Class::Sign,
            _ => Class::Other,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

/// Finds the kinds whose bits are set, in order and without overlaps.
pub(super) fn find(text: &str, kinds: u16) -> Vec<Finding> {
    let mut scan =
        Scan { text, bytes: text.as_bytes(), kinds, at: 0, floor: 0, no_jwt: 0, found: Vec::new() };
    if kinds != 0 {
        scan.run();
    }
    scan.found
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    kinds: u16,
    at: usize,
    /// Where the last finding ends.
    floor: usize,
    /// Up to here no JSON web token begins.
    no_jwt: usize,
    found: Vec<Finding>,
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match CLASSES[usize::from(*byte)] {
                Class::Other => self.at += 1,
                Class::Word => self.word(*byte),
                Class::Sign => self.sign(*byte),
            }
        }
    }

    fn wants(&self, kind: Kind) -> bool {
        self.kinds & kind.bit() != 0
    }

    /// Notes what was found, if it is asked for, and goes on behind it.
    fn take(&mut self, found: Option<(Range<usize>, Kind)>) -> bool {
        match found {
            Some((range, kind)) if self.wants(kind) => {
                self.at = range.end;
                self.floor = range.end;
                self.found.push(Finding { range, kind });
                true
            }
            _ => false,
        }
    }

    fn word(&mut self, first: u8) {
        let start = self.at;
        let found = self.token(start, self.floor);
        if self.take(found) {
            return;
        }
        if first.is_ascii_digit() {
            if self.number() {
                return;
            }
        } else if let Some(range) = iban::at(self.bytes, start)
            && self.take(Some((range, Kind::Iban)))
        {
            return;
        }
        let mut end = start + 1;
        while self.bytes.get(end).is_some_and(|byte| CLASSES[usize::from(*byte)] == Class::Word) {
            end += 1;
        }
        self.at = end;
        let found = match end - start {
            _ if self.bytes[end..].starts_with(token::TERRAFORM) => {
                token::terraform(self.bytes, start, end).map(|range| (range, Kind::ApiKey))
            }
            16.. => self.long(start),
            3..=10 if matches!(first, b'p' | b'P') => self.told(start, end),
            _ => None,
        };
        self.take(found);
    }

    /// Looks at a word that is too long for a word.
    fn long(&mut self, start: usize) -> Option<(Range<usize>, Kind)> {
        let last = self.found.last().map(|finding| &finding.range);
        let secret = last.and_then(|last| token::aws_secret(self.bytes, start, last));
        let found = secret.map(|range| (range, Kind::ApiKey));
        found.or_else(|| {
            assign::said(self.bytes, start, self.floor).map(|range| (range, Kind::Password))
        })
    }

    /// Looks at a word that may be `password` in a sentence, or the first of a key.
    fn told(&mut self, start: usize, end: usize) -> Option<(Range<usize>, Kind)> {
        let word = &self.bytes[start..end];
        if word == b"PuTTY" {
            return pem::putty(self.bytes, start).map(|range| (range, Kind::PrivateKey));
        }
        let words = ["password", "passphrase", "passcode", "passwort", "pwd"];
        let is_known = words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
            || word == b"passe" && self.bytes[self.floor..start].ends_with(b"ot de ");
        if !is_known {
            return None;
        }
        assign::told(self.bytes, start, end, self.floor).map(|range| self.assigned(range))
    }

    fn token(&mut self, start: usize, floor: usize) -> Option<(Range<usize>, Kind)> {
        if start >= self.no_jwt && self.bytes[start..].starts_with(b"eyJ") {
            match token::jwt(self.bytes, start) {
                Ok(range) => return Some((range, Kind::Jwt)),
                Err(end) => self.no_jwt = end,
            }
        }
        token::at(self.bytes, start, floor)
    }

    fn number(&mut self) -> bool {
        let groups = Groups::read(self.bytes, self.at);
        let [first, ..] = groups.all() else { return false };
        // Most numbers are short and alone.
        if first.len() < 8 && groups.all().len() < 2 {
            return false;
        }
        let found = digits::card(self.bytes, &groups, self.floor).map(|range| (range, Kind::Card));
        let found = found.or_else(|| {
            digits::ssn(self.bytes, &groups, self.floor).map(|range| (range, Kind::Ssn))
        });
        if self.take(found) {
            return true;
        }
        if self.wants(Kind::Ipv4)
            && self.take(ip::v4(self.bytes, &groups, self.floor).map(|range| (range, Kind::Ipv4)))
        {
            return true;
        }
        if !self.wants(Kind::Phone) {
            return false;
        }
        let last = self.found.last().filter(|last| last.kind == Kind::Phone);
        let last = last.map(|last| &last.range);
        let found = phone::national(self.bytes, &groups, self.floor, last);
        self.take(found.map(|range| (range, Kind::Phone)))
    }

    fn sign(&mut self, sign: u8) {
        let at = self.at;
        let next = self.bytes.get(at + 1).copied().unwrap_or(b' ');
        let found = match sign {
            b'@' => {
                email::around(self.text, at, at + 1, self.floor).map(|range| (range, Kind::Email))
            }
            // An address in a URL.
            b'%' if self.bytes[at..].starts_with(b"%40") => {
                email::around(self.text, at, at + 3, self.floor).map(|range| (range, Kind::Email))
            }
            b'%' if next.is_ascii_hexdigit() => {
                self.at += 2;
                None
            }
            b'\\' => {
                // The letter of an escape begins no word.
                self.at += match next {
                    b'n' | b'r' | b't' | b'b' | b'f' => 1,
                    b'u' if self.bytes[at..]
                        .get(2..6)
                        .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
                    {
                        5
                    }
                    _ => 0,
                };
                None
            }
            b'-' if next == b'-' => self.dashes(),
            b'-' if next == b'p' => {
                assign::glued(self.bytes, at, self.floor).map(|range| self.assigned(range))
            }
            b'+' if self.wants(Kind::Phone) => {
                phone::international(self.bytes, at, self.floor).map(|range| (range, Kind::Phone))
            }
            b'(' if self.wants(Kind::Phone) => {
                phone::bracketed(self.bytes, at, self.floor).map(|range| (range, Kind::Phone))
            }
            b':' => return self.colon(next),
            b'=' | b'>' => {
                assign::after(self.bytes, at, 1, self.floor).map(|range| self.assigned(range))
            }
            0xEF if matches!(self.text[at..].chars().next(), Some('：' | '＝')) => {
                assign::after(self.bytes, at, 3, self.floor).map(|range| self.assigned(range))
            }
            _ => None,
        };
        if !self.take(found) {
            self.at += 1;
        }
    }

    fn dashes(&mut self) -> Option<(Range<usize>, Kind)> {
        if let Some(range) = pem::at(self.bytes, self.at) {
            return Some((range, Kind::PrivateKey));
        }
        assign::option(self.bytes, self.at).map(|range| self.assigned(range))
    }

    fn colon(&mut self, next: u8) {
        let at = self.at;
        let found = if self.bytes[at..].starts_with(b"://") {
            url::after(self.bytes, at).map(|range| self.assigned(range))
        } else if next == b'A'
            && let Some(range) = token::telegram(self.bytes, at, self.floor)
        {
            Some((range, Kind::ApiKey))
        } else {
            assign::after(self.bytes, at, 1, self.floor).map(|range| self.assigned(range))
        };
        if self.take(found) {
            return;
        }
        if self.wants(Kind::Ipv6) && (next == b':' || next.is_ascii_hexdigit()) {
            let range = ip::v6(self.bytes, at, self.floor);
            if self.take(range.map(|range| (range, Kind::Ipv6))) {
                return;
            }
        }
        self.at += 1;
    }

    /// Says what an assigned value is, which may have a form of its own.
    fn assigned(&mut self, range: Range<usize>) -> (Range<usize>, Kind) {
        if self.bytes[range.start..].starts_with(b"-----BEGIN")
            && let Some(key) = pem::at(self.bytes, range.start)
        {
            return (range.start..key.end.max(range.end), Kind::PrivateKey);
        }
        match self.token(range.start, range.start) {
            Some((token, kind)) if self.wants(kind) && token.start == range.start => {
                (range.start..token.end.max(range.end), kind)
            }
            _ => (range, Kind::Password),
        }
    }
}
