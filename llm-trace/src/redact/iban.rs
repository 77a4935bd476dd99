//! Owns international bank account numbers: the lengths by country, and the checksum.

use std::ops::Range;

/// The longest that a country has.
const LENGTH: usize = 34;

/// Countries, in order, and how long their numbers are.
const COUNTRIES: &[(&[u8; 2], u8)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AO", 25),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BF", 28),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BJ", 28),
    (b"BR", 29),
    (b"BY", 28),
    (b"CF", 27),
    (b"CG", 27),
    (b"CH", 21),
    (b"CI", 28),
    (b"CM", 27),
    (b"CR", 22),
    (b"CV", 25),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"DZ", 26),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GA", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GQ", 27),
    (b"GR", 27),
    (b"GT", 28),
    (b"GW", 25),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IR", 26),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KM", 27),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MA", 28),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MG", 27),
    (b"MK", 19),
    (b"ML", 28),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"MZ", 25),
    (b"NE", 28),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SN", 28),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TD", 27),
    (b"TG", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Finds the number that begins with the word at a place.
pub(super) fn at(text: &[u8], start: usize) -> Option<Range<usize>> {
    let [first, second, b'0'..=b'9', b'0'..=b'9' | b' ', ..] = text[start..] else { return None };
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let index = COUNTRIES.binary_search_by(|(known, _)| (*known).cmp(&country)).ok()?;
    let length = usize::from(COUNTRIES[index].1);
    let mut number = [0; LENGTH];
    let mut at = start;
    for place in &mut number[..length] {
        at += gap(&text[at..]);
        let byte = text.get(at).filter(|byte| byte.is_ascii_alphanumeric())?;
        *place = byte.to_ascii_uppercase();
        at += 1;
    }
    let ends = text.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    (ends && has_checksum(&number[..length])).then_some(start..at)
}

/// The length of one separator, if there is one.
fn gap(text: &[u8]) -> usize {
    match text {
        [b' ' | b'-' | b'.' | b'_', ..] => 1,
        [0xC2, 0xA0 | 0xAD, ..] => 2,
        [0xE2, 0x80, 0x80..=0x95 | 0xAF, ..] | [0xEF, 0xBB, 0xBF, ..] => 3,
        _ => 0,
    }
}

/// The check of ISO 7064: the number, its head put last and letters as 10 to 35, is 1 modulo 97.
fn has_checksum(number: &[u8]) -> bool {
    let (head, tail) = number.split_at(4);
    let rest = tail.iter().chain(head).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        byte => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
        && head[2..].iter().all(u8::is_ascii_digit)
        && &head[2..] != b"00"
        && &head[2..] != b"01"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countries_are_in_order() {
        assert!(COUNTRIES.is_sorted_by_key(|(country, _)| *country));
        assert!(COUNTRIES.iter().all(|(_, length)| usize::from(*length) <= LENGTH));
    }
}
