//! Which names are stable. Backends group by span name, so a name that changes from call to call,
//! or carries what a user wrote, does not compile.

use crate::words::Key;

/// How long a name may be, in bytes.
const NAME_LENGTH: usize = 64;
/// How long a model may be, in bytes; some carry a date and a region.
const MODEL_LENGTH: usize = 96;
const WORDS: usize = 4;
/// From this many digits in a row on, a number is an id.
const DIGITS: usize = 6;
/// From this many hexadecimal digits in a row on, mixed of digits and letters, they are an id.
const HEX_DIGITS: usize = 8;

/// Returns why `text` is no stable value for `key`.
pub(super) fn fault(key: Key, text: &str) -> Option<String> {
    let what = key.name();
    let length = if key == Key::Model { MODEL_LENGTH } else { NAME_LENGTH };
    let reason = if text.trim().is_empty() {
        "is empty; write one".to_owned()
    } else if text.contains('{') {
        "is not a template; `{` and `}` are not filled in".to_owned()
    } else if text.contains(char::is_control) {
        "has a line break or control character; write a short name".to_owned()
    } else if text.contains('?') {
        "has a `?`, as a question or a query has; write a short name".to_owned()
    } else if text.len() > length {
        format!("is longer than {length} bytes; write a short name")
    } else if key == Key::Model {
        if !text.contains(char::is_whitespace) {
            return None;
        }
        "has a space; write the id that the provider knows".to_owned()
    } else {
        format!("{}; write a name that is the same for every call", unstable(text)?)
    };
    Some(format!("`{what}` {reason}"))
}

fn unstable(text: &str) -> Option<&'static str> {
    let words = text.split_whitespace().count();
    let parts = || text.split(|c: char| !c.is_ascii_alphanumeric());
    if text.contains('@') || text.contains("://") {
        Some("has an address in it")
    } else if words > WORDS {
        Some("has more than four words")
    } else if has_digits(text, &[8, 4, 4, 4, 12], '-', |c| c.is_ascii_hexdigit()) {
        Some("has a UUID in it")
    } else if ['-', '/'].iter().any(|by| has_digits(text, &[4, 2, 2], *by, |c| c.is_ascii_digit()))
    {
        Some("has a date in it")
    } else if text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= DIGITS) {
        Some("has a long number in it")
    } else if parts().any(is_hex_id) {
        Some("has a hexadecimal id in it")
    } else {
        None
    }
}

/// Whether `text` has groups of `digit`s of these lengths in a row, with `by` between them.
fn has_digits(text: &str, groups: &[usize], by: char, digit: impl Fn(char) -> bool) -> bool {
    let runs: Vec<&str> = text
        .split(|c: char| c != by && !digit(c))
        .flat_map(|part| part.split(by).chain([""]))
        .collect();
    runs.windows(groups.len())
        .any(|window| window.iter().zip(groups).all(|(run, length)| run.len() == *length))
}

fn is_hex_id(part: &str) -> bool {
    part.len() >= HEX_DIGITS
        && part.chars().all(|c| c.is_ascii_hexdigit())
        && part.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_change_are_refused() {
        for (name, reason) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("chat {user}", "is not a template"),
            ("plan\nnow", "has a line break"),
            ("what is the weather?", "has a `?`"),
            (&"x".repeat(65), "is longer than 64 bytes"),
            ("ada@example.com", "has an address"),
            ("https://example.com", "has an address"),
            ("plan a trip to Rome", "has more than four words"),
            ("plan 67e55044-10b1-426f-9247-bb680e5fe0c8", "has a UUID"),
            ("report 2026-11-20", "has a date"),
            ("report/2026/11/20", "has a date"),
            ("order 1234567", "has a long number"),
            ("run-a1b2c3d4", "has a hexadecimal id"),
        ] {
            let fault = fault(Key::Agent, name).unwrap_or_default();
            assert!(fault.starts_with(&format!("`agent` {reason}")), "{name:?}: {fault}");
            assert!(fault.len() <= 110, "{fault}");
        }
    }

    #[test]
    fn stable_names_and_models_pass() {
        for name in ["planner", "agent.planner", "add_numbers", "feedface", "step 12", "v2-2024"] {
            assert_eq!(fault(Key::Name, name), None, "{name}");
        }
        for model in [
            "gpt-4o-2024-08-06",
            "claude-sonnet-4-5-20250929",
            "llama-3.3-70b",
            "anthropic.claude-3-5-sonnet-20241022-v2:0",
            "accounts/fireworks/models/llama-v3p1-8b-instruct",
            "@cf/meta/llama-3-8b-instruct",
        ] {
            assert_eq!(fault(Key::Model, model), None, "{model}");
        }
        for model in ["", "gpt 4o", "{model}", "gpt\n", "gpt?"] {
            assert!(fault(Key::Model, model).is_some(), "{model:?}");
        }
    }
}
