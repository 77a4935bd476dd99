//! Owns what is made of groups of digits: payment cards and social security numbers.

use std::ops::Range;

/// As many groups as a card number or a telephone number has.
const GROUPS: usize = 10;

/// What stands between two groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Gap {
    Dash,
    Dot,
    /// More than one of these, or a slash or a bracket.
    Other,
    Space,
}

/// A group of digits, and the gap before the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) gap: Gap,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The groups from a place on.
#[derive(Debug)]
pub(super) struct Groups {
    groups: [Group; GROUPS],
    count: usize,
}

impl Groups {
    /// Reads the groups that begin with the digit at a place.
    pub(super) fn read(text: &[u8], mut at: usize) -> Self {
        let none = Group { start: at, end: at, gap: Gap::Other };
        let mut groups = Self { groups: [none; GROUPS], count: 0 };
        while groups.count < GROUPS {
            let start = at;
            while text.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            let gap = gap(text, at);
            groups.groups[groups.count] =
                Group { start, end: at, gap: gap.map_or(Gap::Other, |(gap, _)| gap) };
            groups.count += 1;
            let Some((_, length)) = gap else { break };
            at += length;
        }
        groups
    }

    pub(super) fn all(&self) -> &[Group] {
        &self.groups[..self.count]
    }
}

/// Reads what separates two groups, if a digit follows it.
fn gap(text: &[u8], at: usize) -> Option<(Gap, usize)> {
    let mut length = 0;
    let mut found = None;
    while length < 8 {
        let rest = &text[at + length..];
        let (gap, step) = match rest {
            [b'0'..=b'9', ..] => return found.map(|gap| (gap, length)),
            [b' ', ..] => (Gap::Space, 1),
            [b'-', ..] => (Gap::Dash, 1),
            [b'.', ..] => (Gap::Dot, 1),
            [b'/' | b'(' | b')', ..] => (Gap::Other, 1),
            // No-break space; soft hyphen.
            [0xC2, 0xA0, ..] => (Gap::Space, 2),
            [0xC2, 0xAD, ..] => (Gap::Dash, 2),
            // Thin and other spaces, and those without width; hyphens and dashes.
            [0xE2, 0x80, 0x90..=0x95, ..] => (Gap::Dash, 3),
            [0xE2, 0x80, 0x80..=0x8F | 0xAF, ..]
            | [0xE2, 0x81, 0x9F | 0xA0, ..]
            | [0xEF, 0xBB, 0xBF, ..] => (Gap::Space, 3),
            _ => return None,
        };
        found = match found {
            None => Some(gap),
            Some(_) => Some(Gap::Other),
        };
        length += step;
    }
    None
}

/// Finds the card number that begins a run of groups.
pub(super) fn card(text: &[u8], groups: &Groups, floor: usize) -> Option<Range<usize>> {
    let groups = groups.all();
    let first = groups.first()?;
    let start = first.start;
    let before = &text[floor..start];
    if matches!(before, [.., b'+' | b'$'] | [.., b'0'..=b'9', b'.' | b',']) {
        return None;
    }
    if first.len() >= 13 {
        let is_number = is_end(text, first.end) && is_card(&text[start..first.end]);
        return is_number.then_some(start..first.end);
    }
    // The longest first: a number of nineteen digits may begin with one of sixteen.
    (2..=groups.len().min(5)).rev().find_map(|count| {
        let (numbers, rest) = groups.split_at(count);
        if !is_grouping(numbers) || !numbers[..count - 1].iter().all(|group| group.gap == first.gap)
        {
            return None;
        }
        let end = numbers[count - 1].end;
        // One of a list of numbers of four digits is no card.
        if goes_on(text, &numbers[count - 1], rest, first.gap)
            || !is_end(text, end)
            || comes_on(before, first.gap)
        {
            return None;
        }
        let digits = Digits::of(text, numbers)?;
        is_card(digits.all()).then_some(start..end)
    })
}

/// The digits of some groups, without what stands between them.
struct Digits([u8; 19], usize);

impl Digits {
    fn of(text: &[u8], groups: &[Group]) -> Option<Self> {
        let mut digits = Self([0; 19], 0);
        for group in groups {
            let group = &text[group.start..group.end];
            digits.0.get_mut(digits.1..digits.1 + group.len())?.copy_from_slice(group);
            digits.1 += group.len();
        }
        Some(digits)
    }

    fn all(&self) -> &[u8] {
        &self.0[..self.1]
    }
}

/// Whether a list of groups like these goes on, which is not another card.
fn goes_on(text: &[u8], last: &Group, rest: &[Group], gap: Gap) -> bool {
    if last.gap != gap {
        return false;
    }
    let is_card =
        |groups: &[Group]| Digits::of(text, groups).is_some_and(|digits| is_card(digits.all()));
    match rest {
        [] => false,
        [a, b, c, d, ..] if [a, b, c, d].iter().all(|group| group.len() == 4) => {
            !is_card(&rest[..4])
        }
        // Three digits may be the code on the back.
        [next, after, ..] => {
            next.len() == 4 || next.len() == 3 && next.gap == gap && after.len() > 2
        }
        [next] => next.len() == 4,
    }
}

/// Whether groups are of the lengths that are printed on cards.
fn is_grouping(groups: &[Group]) -> bool {
    let mut lengths = [0; 5];
    for (length, group) in lengths.iter_mut().zip(groups) {
        *length = group.len();
    }
    matches!(
        lengths,
        [4, 4, 4, 1..=4, 0]
            | [4, 4, 4, 4, 1..=3]
            | [4, 6, 4 | 5, 0, 0]
            | [8, 8, 0, 0, 0]
            | [6, 7..=13, 0, 0, 0]
            | [4, 5, 6, 0, 0]
    )
}

/// Whether a group of four digits stands at the end, and this gap behind it.
fn comes_on(before: &[u8], gap: Gap) -> bool {
    let separator = match gap {
        Gap::Dash => b'-',
        Gap::Dot => b'.',
        Gap::Other | Gap::Space => b' ',
    };
    match *before {
        [.., a, b, c, d, last] => last == separator && [a, b, c, d].iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether digits belong to a known range of cards and end with the right check digit.
fn is_card(digits: &[u8]) -> bool {
    let length = digits.len();
    let head = digits[..4].iter().fold(0, |head, digit| head * 10 + u32::from(digit - b'0'));
    let is_known = match head {
        2200..=2204 | 2221..=2720 | 3528..=3589 | 6000..=6999 => (16..=19).contains(&length),
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&length),
        4000..=4999 => matches!(length, 13 | 16 | 18 | 19),
        5100..=5599 => length == 16,
        5000..=5099 | 5600..=5899 => (13..=19).contains(&length),
        _ => false,
    };
    let is_filler = digits.iter().all(|digit| digit == &digits[0]);
    is_known && !is_filler && has_check_digit(digits)
}

/// Luhn's check.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(digit - b'0');
            if index % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Finds the social security number that begins a run of groups.
pub(super) fn ssn(text: &[u8], groups: &Groups, floor: usize) -> Option<Range<usize>> {
    let groups = groups.all();
    let [area, group, serial, ..] = groups else {
        return plain_ssn(text, groups.first()?, floor);
    };
    let is_shaped = (area.len(), group.len(), serial.len()) == (3, 2, 4)
        && area.gap == group.gap
        && (area.gap == Gap::Dash || area.gap != Gap::Other && is_said(text, area.start, floor));
    let number = [area, group, serial].map(|part| &text[part.start..part.end]);
    let goes_on = groups.len() > 3 && serial.gap == Gap::Dash;
    let comes_on = matches!(
        text[floor..area.start],
        [.., b'0'..=b'9' | b'-' | b'.', b'-'] | [.., b'0'..=b'9', b'.']
    );
    let is_ours =
        is_shaped && is_issued(number) && !goes_on && !comes_on && is_end(text, serial.end);
    is_ours.then_some(area.start..serial.end)
}

/// Nine digits are a social security number where the text says so.
fn plain_ssn(text: &[u8], group: &Group, floor: usize) -> Option<Range<usize>> {
    let digits = &text[group.start..group.end];
    let is_ours = digits.len() == 9
        && is_issued([&digits[..3], &digits[3..5], &digits[5..]])
        && is_end(text, group.end)
        && is_said(text, group.start, floor);
    is_ours.then_some(group.start..group.end)
}

/// Whether the numbers are in the ranges that are given out.
pub(super) fn is_issued([area, group, serial]: [&[u8]; 3]) -> bool {
    area != b"000" && area != b"666" && area[0] != b'9' && group != b"00" && serial != b"0000"
}

/// Whether the text before says that a social security number follows.
fn is_said(text: &[u8], start: usize, floor: usize) -> bool {
    says_ssn(context(text, start, floor, 32))
}

/// As much of what stands before a place as may say what follows: nothing of what was found.
pub(super) fn context(text: &[u8], start: usize, floor: usize, length: usize) -> &[u8] {
    let before = &text[floor.max(start.saturating_sub(length))..start];
    let from = before.iter().rposition(|byte| matches!(byte, b'\n' | b';' | b']'));
    &before[from.map_or(0, |at| at + 1)..]
}

/// Whether a text speaks of social security numbers.
pub(super) fn says_ssn(before: &[u8]) -> bool {
    ["ssn", "social security", "social_security"].iter().any(|word| {
        before.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// Whether a number may end here: no letter goes on, and no decimals.
pub(super) fn is_end(text: &[u8], end: usize) -> bool {
    match text[end..] {
        [byte, ..] if byte.is_ascii_alphanumeric() || byte == b'_' => false,
        [b'.' | b',', b'0'..=b'9', ..] => false,
        [b'-', byte, ..] if byte.is_ascii_alphanumeric() => {
            byte.is_ascii_digit() || is_word(&text[end + 1..])
        }
        _ => true,
    }
}

/// Whether a word of letters alone stands here, as behind a number in prose.
fn is_word(text: &[u8]) -> bool {
    let word = text.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    word.take(32).all(u8::is_ascii_alphabetic)
}
