//! Owns telephone numbers: those that say so by a `+`, by the form of a country, or by a word before.

use std::ops::Range;

use super::digits::{Gap, Group, Groups, context, is_end};

/// As far before a number as a word says what it is.
const SAID: usize = 40;

/// As far from the number before as a second one stands: `… or …`.
const BESIDE: usize = 6;
const REPLACED: &[u8] = b"[REDACTED:phone]";

/// Words of which no others are made up, or only such as say the same.
const WORDS: &[&str] = &[
    "anruf",
    "appel",
    "celular",
    "cellulare",
    "chiam",
    "contact",
    "dial",
    "erreichbar",
    "handy",
    "hotline",
    "joindre",
    "kontakt",
    "llam",
    "llám",
    "mobiel",
    "mobil",
    "móvil",
    "movil",
    "msisdn",
    "numér",
    "phone",
    "portable",
    "rappel",
    "rufnummer",
    "rückruf",
    "telef",
    "telem",
    "téléphone",
    "voicemail",
    "whatsapp",
    "zadzwoń",
    "телеф",
    "звон",
    "номер",
    "电话",
    "電話",
    "手机",
    "联系",
    "号码",
    "携帯",
    "連絡",
    "전화",
    "연락",
    "☎",
    "☏",
    "📞",
    "📱",
];

/// Words that are parts of others: `ring` of `string`.
const SHORT_WORDS: &[&str] = &[
    "call", "cell", "fax", "fon", "gsm", "ligue", "numer", "reach", "ring", "sms", "tel", "text",
    "тел",
];

/// Finds the number that begins with the `+` at a place.
pub(super) fn international(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let from = at + 1 + usize::from(text.get(at + 1) == Some(&b'('));
    if !matches!(text.get(from), Some(b'1'..=b'9')) {
        return None;
    }
    let is_part = match text[floor..at] {
        // Behind the name of a field: `phone=+33…`.
        [.., byte, b'='] => !byte.is_ascii_alphabetic(),
        [.., byte] => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'=' | b'/'),
        [] => false,
    };
    if is_part {
        return None;
    }
    let groups = Groups::read(text, from);
    let groups = groups.all();
    (1..=groups.len()).rev().find_map(|count| {
        let digits: usize = groups[..count].iter().map(Group::len).sum();
        let end = groups[count - 1].end;
        ((8..=15).contains(&digits) && is_end(text, end)).then_some(at..end)
    })
}

/// Finds the number that begins with the bracket at a place: `(201) 555-0123`.
pub(super) fn bracketed(text: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    if !text.get(at + 1).is_some_and(u8::is_ascii_digit)
        || text[floor..at].last().is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let groups = Groups::read(text, at + 1);
    let groups = groups.all();
    let area = groups.first().filter(|area| (2..=5).contains(&area.len()))?;
    let is_year =
        area.len() == 4 && matches!(text[area.start..], [b'1', b'9', ..] | [b'2', b'0', ..]);
    if text.get(area.end) != Some(&b')') || is_year {
        return None;
    }
    (2..=groups.len().min(5)).rev().find_map(|count| {
        let digits: usize = groups[..count].iter().map(Group::len).sum();
        let end = groups[count - 1].end;
        ((8..=12).contains(&digits) && is_end(text, end)).then_some(at..end)
    })
}

/// Finds the number that begins a run of groups.
pub(super) fn national(
    text: &[u8],
    groups: &Groups,
    floor: usize,
    last: Option<&Range<usize>>,
) -> Option<Range<usize>> {
    let groups = groups.all();
    let start = groups.first()?.start;
    // In a longer number, a date or an identifier.
    let is_part = match text[floor..start] {
        [.., byte, b'-' | b'.' | b',' | b'/' | b':'] => byte.is_ascii_alphanumeric(),
        [.., b'$' | b'#' | b'+' | b'/'] => true,
        [.., byte, b' '] => byte.is_ascii_digit(),
        _ => false,
    };
    if is_part {
        return None;
    }
    (1..=groups.len().min(6)).rev().find_map(|count| {
        let (number, rest) = groups.split_at(count);
        let end = number[count - 1].end;
        if !is_end(text, end) || rest.first().is_some_and(|_| number[count - 1].gap != Gap::Space) {
            return None;
        }
        (has_form(text, number) || is_sayable(number) && is_said(text, start, floor, last))
            .then_some(start..end)
    })
}

/// Whether groups have a form that only telephone numbers have.
fn has_form(text: &[u8], groups: &[Group]) -> bool {
    let digits: usize = groups.iter().map(Group::len).sum();
    let first = &text[groups[0].start..groups[0].end];
    let inner = &groups[..groups.len() - 1];
    let is_even = inner.iter().all(|group| group.gap == groups[0].gap && group.gap != Gap::Other);
    let lengths = |wanted: &[usize]| {
        groups.len() == wanted.len()
            && groups.iter().zip(wanted).all(|(group, length)| group.len() == *length)
    };
    match first {
        // With the prefix of a country or of a trunk.
        [b'0', b'0', b'1'..=b'9', ..] => (10..=17).contains(&digits),
        [b'0', b'1'..=b'9', ..] => {
            let is_date = lengths(&[2, 2, 4]) || lengths(&[2, 2, 2]);
            (9..=12).contains(&digits)
                && !is_date
                && (groups.len() > 1 && first.len() <= 6 || (10..=11).contains(&digits))
        }
        [b'1'] => is_even && lengths(&[1, 3, 3, 4]),
        [b'2'..=b'9', _, _] => {
            is_even
                && (lengths(&[3, 3, 4]) && text[groups[1].start] >= b'1'
                    || lengths(&[3, 2, 2, 2]) && first[0] >= b'6')
        }
        _ => false,
    }
}

/// Whether groups may be a telephone number where the text says so.
fn is_sayable(groups: &[Group]) -> bool {
    let digits: usize = groups.iter().map(Group::len).sum();
    let is_decimal = groups.len() == 2 && groups[0].gap == Gap::Dot;
    let fewest = if groups.len() == 1 { 9 } else { 7 };
    (fewest..=13).contains(&digits)
        && !is_decimal
        && groups.iter().all(|group| group.len() > 1 || groups.len() <= 5)
}

/// Whether a word before says that a telephone number follows, or another one stands beside it.
fn is_said(text: &[u8], start: usize, floor: usize, last: Option<&Range<usize>>) -> bool {
    let is_beside = last.is_some_and(|last| start - last.end <= BESIDE);
    let near = &text[start.saturating_sub(BESIDE + REPLACED.len())..start];
    if is_beside || near.windows(REPLACED.len()).any(|window| window == REPLACED) {
        return true;
    }
    let before = context(text, start, floor, SAID);
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0xC0;
    before.iter().enumerate().filter(|(_, byte)| starts(**byte)).any(|(at, _)| {
        let rest = &before[at..];
        let is_said = |word: &&str| {
            rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        let begins = at == 0 || !starts(before[at - 1]);
        WORDS.iter().any(is_said) || begins && SHORT_WORDS.iter().any(is_said)
    })
}
