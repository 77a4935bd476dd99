//! Which names are the same for every call. Backends group by span name, so a name that changes from
//! call to call, or carries what a user wrote, does not compile.
//!
//! This file is there twice, to the byte: `llm-trace-macros` checks literals with it and `llm-trace`
//! constants, and neither crate can call the other. A test of the workspace compares the two.

/// How long a name may be, in bytes.
const NAME_LENGTH: usize = 64;
/// How long a model may be, in bytes; some carry a date and a region.
const MODEL_LENGTH: usize = 96;
const WORDS: usize = 4;
/// From this many digits in a row on, a number is an id.
const DIGITS: usize = 6;
/// From this many hexadecimal digits in a row on, mixed of digits and letters, they are an id.
const HEX_DIGITS: usize = 8;
const UUID: &[usize] = &[8, 4, 4, 4, 12];
const DATE: &[usize] = &[4, 2, 2];

/// Returns what is wrong with a name; `None` if it is stable.
pub(crate) const fn name_fault(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if let Some(fault) = text_fault(bytes) {
        return Some(fault);
    }
    if bytes.len() > NAME_LENGTH {
        Some("this name is longer than 64 bytes; write a short one")
    } else if has(bytes, b"@") || has(bytes, b"://") {
        Some("this name has an address in it; write a name that stays the same")
    } else if words(bytes) > WORDS {
        Some("this name has more than four words; write a short one")
    } else if has_groups(bytes, UUID, b'-') {
        Some("this name has a UUID in it; write a name that stays the same")
    } else if has_groups(bytes, DATE, b'-') || has_groups(bytes, DATE, b'/') {
        Some("this name has a date in it; write a name that stays the same")
    } else if has_number(bytes) {
        Some("this name has a long number in it; write a name that stays the same")
    } else if has_hex_id(bytes) {
        Some("this name has a hexadecimal id in it; write a name that stays the same")
    } else {
        None
    }
}

/// Returns what is wrong with the id of a model; `None` if it can be part of a span name.
pub(crate) const fn model_fault(model: &str) -> Option<&'static str> {
    let bytes = model.as_bytes();
    if let Some(fault) = text_fault(bytes) {
        return Some(fault);
    }
    if bytes.len() > MODEL_LENGTH {
        Some("this name is longer than 96 bytes; write the id that the provider knows")
    } else if words(bytes) > 1 || bytes[0] == b' ' || bytes[bytes.len() - 1] == b' ' {
        Some("this name has a space; write the id that the provider knows")
    } else {
        None
    }
}

/// What no name may be.
const fn text_fault(bytes: &[u8]) -> Option<&'static str> {
    if words(bytes) == 0 {
        return Some("this name is empty; write one");
    }
    if has(bytes, b"{") {
        return Some(
            "this name has a `{`, which nothing fills in; write a name that stays the same",
        );
    }
    let mut at = 0;
    while at < bytes.len() {
        // Beside those of ASCII, the ones that UTF-8 starts with 0xC2.
        let is_c1 = bytes[at] == 0xC2 && at + 1 < bytes.len() && bytes[at + 1] < 0xA0;
        if bytes[at].is_ascii_control() || is_c1 {
            return Some("this name has a line break or control character; write one line");
        }
        at += 1;
    }
    if has(bytes, b"?") {
        return Some("this name has a `?`, as a question has; write a name that stays the same");
    }
    None
}

const fn has(bytes: &[u8], part: &[u8]) -> bool {
    let mut at = 0;
    while at + part.len() <= bytes.len() {
        let mut same = 0;
        while same < part.len() && bytes[at + same] == part[same] {
            same += 1;
        }
        if same == part.len() {
            return true;
        }
        at += 1;
    }
    false
}

const fn words(bytes: &[u8]) -> usize {
    let (mut words, mut at) = (0, 0);
    while at < bytes.len() {
        let starts = at == 0 || bytes[at - 1].is_ascii_whitespace();
        if starts && !bytes[at].is_ascii_whitespace() {
            words += 1;
        }
        at += 1;
    }
    words
}

/// Whether there are runs of hexadecimal digits of these lengths in a row, with `by` between them.
/// Groups of four, two and two are a date only if they are digits alone.
const fn has_groups(bytes: &[u8], groups: &[usize], by: u8) -> bool {
    let is_hex = groups.len() == UUID.len();
    let mut start = 0;
    while start < bytes.len() {
        let is_first = start == 0 || !is_digit(bytes[start - 1], is_hex);
        let (mut at, mut group) = (start, 0);
        while is_first && group < groups.len() {
            let from = at;
            while at < bytes.len() && is_digit(bytes[at], is_hex) {
                at += 1;
            }
            if at - from != groups[group] {
                break;
            }
            group += 1;
            if group == groups.len() {
                return true;
            }
            if at == bytes.len() || bytes[at] != by {
                break;
            }
            at += 1;
        }
        start += 1;
    }
    false
}

const fn is_digit(byte: u8, is_hex: bool) -> bool {
    byte.is_ascii_digit() || is_hex && byte.is_ascii_hexdigit()
}

const fn has_number(bytes: &[u8]) -> bool {
    let (mut at, mut digits) = (0, 0);
    while at < bytes.len() {
        digits = if bytes[at].is_ascii_digit() { digits + 1 } else { 0 };
        if digits == DIGITS {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a whole word of letters and digits is hexadecimal, and has a digit.
const fn has_hex_id(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let (from, mut is_hex, mut has_digit) = (at, true, false);
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            is_hex &= bytes[at].is_ascii_hexdigit();
            has_digit |= bytes[at].is_ascii_digit();
            at += 1;
        }
        if at - from >= HEX_DIGITS && is_hex && has_digit {
            return true;
        }
        at += 1;
    }
    false
}
