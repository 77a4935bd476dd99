//! Owns what an email address looks like.

use std::ops::Range;

/// The longest local part that the standard knows.
const LOCAL: usize = 64;
const LABEL: usize = 63;
const DOMAIN: usize = 253;

/// Names of files and units that look like a domain: `logo@2x.png`, `getty@tty1.service`.
const NOT_DOMAINS: &[&str] = &[
    "avif", "bmp", "css", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "local", "lock",
    "mount", "path", "pdf", "png", "service", "slice", "socket", "svg", "target", "tiff", "timer",
    "tsx", "txt", "webp", "yaml", "yml",
];

/// Finds the address around the `@` that stands from `at` to `after`, not before `floor`.
pub(super) fn around(text: &str, at: usize, after: usize, floor: usize) -> Option<Range<usize>> {
    let end = domain(text, after)?;
    let start = local(&text[floor..at])?;
    // What logs in by SSH is no person: `git@host:…`, `root@host:~#`, `deploy@host:/srv`.
    let rest = &text[end..];
    let is_remote = &text[floor + start..at] == "git" && rest.starts_with(':')
        || rest.starts_with(":~")
        || rest.starts_with(":/") && !rest.starts_with("://");
    (!is_remote).then_some(floor + start..end)
}

/// Finds where the local part begins that ends a text.
fn local(before: &str) -> Option<usize> {
    let mut start = before.len();
    let mut is_plain = false;
    for (at, char) in before.char_indices().rev().take(LOCAL) {
        // Scripts without spaces would swallow the sentence: those only where nothing else stands.
        let is_letter = matches!(char, '\u{c0}'..='\u{5ff}' | '\u{1e00}'..='\u{1fff}')
            && char.is_alphanumeric()
            || !is_plain && char.is_alphanumeric();
        if char.is_ascii_alphanumeric() {
            is_plain = true;
        } else if !(is_letter || matches!(char, '.' | '_' | '%' | '+' | '-' | '\'')) {
            break;
        }
        start = at;
    }
    let part = &before[start..];
    let trimmed = part.trim_start_matches(['.', '\'', '-', '%']);
    (!trimmed.is_empty() && trimmed.chars().any(char::is_alphanumeric))
        .then(|| start + part.len() - trimmed.len())
}

/// Finds where the domain ends that begins at a place.
fn domain(text: &str, start: usize) -> Option<usize> {
    let mut end = None;
    let mut at = start;
    loop {
        let rest = &text[at..];
        let length = rest
            .char_indices()
            .find(|(_, char)| !(char.is_alphanumeric() || *char == '-'))
            .map_or(rest.len(), |(length, _)| length);
        let label = rest[..length].trim_end_matches('-');
        if label.is_empty() || label.len() > LABEL || label.starts_with('-') {
            break;
        }
        if at > start && is_top(label) {
            end = Some(at + label.len());
        }
        at += length;
        if label.len() < length || text.as_bytes().get(at) != Some(&b'.') || at - start > DOMAIN {
            break;
        }
        at += 1;
    }
    end
}

fn is_top(label: &str) -> bool {
    let is_word = label.chars().count() > 1 && label.chars().all(char::is_alphabetic);
    let is_file = NOT_DOMAINS.iter().any(|word| label.eq_ignore_ascii_case(word));
    (is_word || label.starts_with("xn--")) && !is_file
}
