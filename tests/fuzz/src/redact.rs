//! Hostile text for the redactor, plain and inside JSON.
//!
//! What is found lies in the text and in order, nothing is found in what was redacted, JSON stays
//! JSON, a planted secret never survives, and time grows with the length of a text and no faster.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use llm_trace::redact::{Redactor, Rules, redact_json};
use serde_json::Value;

/// Long enough to tell a square from a line.
const LONG: usize = 128 * 1024;
/// A hundred times what it takes, built with coverage.
const PATIENCE: Duration = Duration::from_millis(600);

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for rules in [Rules::new(), Rules::all()] {
        plain(&rules, text);
        json(&rules, text);
        planted(&rules, text, input.len());
    }
    // One in 32 is made long: it takes a hundred times as long as the rest.
    if !text.is_empty() && input.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) % 32 == 0 {
        long(text);
    }
});

fn plain(rules: &Rules, text: &str) {
    let mut end = 0;
    for finding in rules.find(text) {
        assert!(finding.range.start >= end && !finding.range.is_empty(), "{finding:?} in {text:?}");
        end = finding.range.end;
        assert!(text.get(finding.range).is_some(), "cuts a character of {text:?}");
    }
    let once = rules.redact(text);
    assert_eq!(rules.redact(&once), once, "twice is more than once, of {text:?}");
}

fn json(rules: &Rules, text: &str) {
    let parses = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    let whole = redact_json(rules, text);
    if text.trim_start().starts_with(['{', '[', '"']) && parses(text) {
        assert!(parses(&whole), "{whole} is no JSON any more");
        assert_eq!(redact_json(rules, &whole), whole);
    }
    // The text as the value of a field, and again as JSON in a string.
    let inner = serde_json::json!({"text": text, "list": [text, 1]}).to_string();
    let outer = serde_json::json!({"arguments": inner}).to_string();
    let redacted = redact_json(rules, &outer);
    let outer: Value = serde_json::from_str(&redacted).expect("it stays JSON");
    let inner: Value = serde_json::from_str(outer["arguments"].as_str().expect("a string"))
        .expect("JSON in a string stays JSON");
    assert!(inner["list"][0].is_string());
}

/// Puts a secret on a line of its own in the middle of the text.
fn planted(rules: &Rules, text: &str, seed: usize) {
    let secrets = [
        ["gh", "p_", "9fK2mQx7Lr4TzW8bV1cN6yHj3PdS5aGu0eRi"].concat(),
        ["AKI", "A", "Q3EGUZ7T2XWBLN4P"].concat(),
        "olga.petrova+news@mail.example.co.uk".to_owned(),
        "4539 5787 6362 1486".to_owned(),
        "536-90-4399".to_owned(),
        "DE89 3704 0044 0532 0130 00".to_owned(),
        "https://bob:pa55w0rd-of-bob@db.example.com/".to_owned(),
        "API_TOKEN=k3J9xQ2mVb7TzL5w".to_owned(),
    ];
    let secret = &secrets[seed % secrets.len()];
    if text.contains(secret.as_str()) {
        // There it may be part of something longer, which is none.
        return;
    }
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle += 1;
    }
    let text = format!("{}\n{secret}\n{}", &text[..middle], &text[middle..]);
    assert!(!rules.redact(&text).contains(secret.as_str()), "{secret} survived in {text:?}");
    let value = serde_json::json!([text]).to_string();
    let redacted: Value = serde_json::from_str(&redact_json(rules, &value)).expect("JSON");
    assert!(!redacted[0].as_str().expect("a string").contains(secret.as_str()), "in {value}");
}

fn long(text: &str) {
    let long = text.repeat(LONG / text.len());
    let before = busy();
    for rules in [Rules::new(), Rules::all()] {
        let _ = rules.redact(&long);
        let _ = redact_json(&rules, &long);
    }
    let took = busy().saturating_sub(before);
    assert!(took < PATIENCE, "{took:?} for {LONG} bytes of {text:?}");
}

/// How long this thread has computed: other programs on the machine do not count.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
