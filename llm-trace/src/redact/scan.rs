//! Owns the one pass over a text that finds the built-in kinds.

use super::email;
use super::kind::{Finding, Kind};

/// Finds the kinds whose bits are set, in order and without overlaps.
pub(super) fn find(text: &str, kinds: u16) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut floor = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'@'
            && kinds & Kind::Email.bit() != 0
            && let Some(range) = email::around(text, at, floor)
        {
            floor = range.end;
            found.push(Finding { range, kind: Kind::Email });
        }
    }
    found
}
