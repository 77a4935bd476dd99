//! Lines that were written without a look at the rules: what is planted in `planted.txt` between
//! `⟦` and `⟧` must go, and no line of `clean.txt` may change. What stands between `‹` and `›` is
//! drawn by lot at run time, so that no key stands in the repository.

use std::ops::Range;

use crate::corpus::{Line, Lot, grouped, with_check_digit, with_checksum};

/// Returns the lines of a section of `planted.txt`.
pub fn planted(section: &str) -> Vec<Line> {
    let head = format!("## {section}\n");
    let (_, rest) = include_str!("planted.txt").split_once(&head).expect("a section of the file");
    let mut lot = Lot::new(77);
    rest.lines().take_while(|line| !line.starts_with("## ")).map(|it| line(&mut lot, it)).collect()
}

/// Returns the lines in which nothing may be found.
pub fn clean() -> Vec<String> {
    let mut lot = Lot::new(78);
    include_str!("clean.txt").lines().map(|it| line(&mut lot, it).text).collect()
}

fn line(lot: &mut Lot, template: &str) -> Line {
    let mut text = String::new();
    let mut spans: Vec<(Range<usize>, &'static str)> = Vec::new();
    let template = template.replace("\\n", "\n");
    let mut rest = template.as_str();
    while let Some(at) = rest.find(['⟦', '⟧', '‹']) {
        text += &rest[..at];
        let mark = rest[at..].chars().next().expect("one of three");
        rest = &rest[at + mark.len_utf8()..];
        match mark {
            '⟦' => spans.push((text.len()..text.len(), "planted")),
            '⟧' => spans.last_mut().expect("one is open").0.end = text.len(),
            _ => {
                let (drawn, after) = rest.split_once('›').expect("an end");
                text += &draw(lot, drawn);
                rest = after;
            }
        }
    }
    text += rest;
    Line { text, spans }
}

/// Draws what a word such as `h40` or `card 4539 16 -` names.
fn draw(lot: &mut Lot, what: &str) -> String {
    let words: Vec<_> = what.split(' ').collect();
    match words[..] {
        ["uuid"] => [8, 4, 4, 4, 12].map(|count| lot.hex(count)).join("-"),
        ["jwt"] => format!("eyJ{}.eyJ{}.{}", lot.word(30), lot.word(60), lot.word(43)),
        ["age"] => lot.letters("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
        ["b32"] => lot.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32),
        ["pem", ..] => pem(lot, &words[1..].join(" "), "\n"),
        ["jsonpem", ..] => pem(lot, &words[1..].join(" "), "\\n"),
        ["ssn", gap] => ssn(lot, gap),
        ["card", ..] => card(lot, &words[1..], true),
        ["badcard", ..] => card(lot, &words[1..], false),
        ["iban", ..] => iban(lot, &words[1..], true),
        ["badiban", ..] => iban(lot, &words[1..], false),
        [one] => letters(lot, one),
        _ => panic!("‹{what}› is unknown"),
    }
}

fn letters(lot: &mut Lot, what: &str) -> String {
    let (class, count) = what.split_at(1);
    let count = count.parse().unwrap_or_else(|error| panic!("‹{what}›: {error}"));
    match class {
        "a" => mixed(lot, count),
        "l" => lot.letters("abcdefghijklmnopqrstuvwxyz0123456789", count),
        "U" => lot.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count),
        "A" => lot.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", count),
        "w" => lot.letters("abcdefghijklmnopqrstuvwxyz", count),
        "h" => lot.hex(count),
        "H" => lot.hex(count).to_uppercase(),
        "d" => lot.letters("123456789", count),
        "b" => {
            lot.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", count)
        }
        "u" => lot.word(count),
        _ => panic!("‹{what}› is unknown"),
    }
}

/// Letters and digits, at least one of each if there is room.
fn mixed(lot: &mut Lot, count: u64) -> String {
    loop {
        let drawn = lot.alnum(count);
        let has_all = drawn.contains(|it: char| it.is_ascii_digit())
            && drawn.contains(|it: char| it.is_ascii_alphabetic());
        if has_all || count < 4 {
            return drawn;
        }
    }
}

fn pem(lot: &mut Lot, label: &str, line_break: &str) -> String {
    let dashes = "-".repeat(5);
    let mut lines = vec![format!("{dashes}BEGIN {label}{dashes}")];
    lines.extend((0..6).map(|_| letters(lot, "b64")));
    lines.push(format!("{dashes}END {label}{dashes}"));
    lines.join(line_break)
}

fn ssn(lot: &mut Lot, gap: &str) -> String {
    let gap = match gap {
        "s" => " ",
        "n" => "",
        other => other,
    };
    let area = 100 + lot.below(500);
    format!("{area}{gap}{}{gap}{}", lot.letters("123456789", 2), lot.letters("123456789", 4))
}

fn card(lot: &mut Lot, words: &[&str], is_right: bool) -> String {
    let start = words[0];
    let count: u64 = words[1].parse().expect("a number of digits");
    let mut number = with_check_digit(&format!("{start}{}", lot.letters("0123456789", count - 5)));
    if !is_right {
        number = off_by_one(&number);
    }
    let sizes: &[usize] = if count == 15 { &[4, 6, 5] } else { &[4, 4, 4, 4] };
    match words.get(2) {
        None => number,
        Some(gap) => grouped(&number, sizes, if *gap == "s" { " " } else { gap }),
    }
}

fn iban(lot: &mut Lot, words: &[&str], is_right: bool) -> String {
    let (words, is_grouped) = match words {
        [words @ .., "s"] => (words, true),
        words => (words, false),
    };
    let account: String = words[1..].iter().map(|it| letters(lot, it)).collect();
    let mut number = with_checksum(words[0], &account);
    if !is_right {
        number = off_by_one(&number);
    }
    if is_grouped { grouped(&number, &[4; 9], " ") } else { number }
}

/// Makes the last digit another one.
fn off_by_one(number: &str) -> String {
    let (start, last) = number.split_at(number.len() - 1);
    let last: u8 = last.parse().expect("a digit");
    format!("{start}{}", (last + 1) % 10)
}
