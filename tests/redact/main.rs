//! What the built-in redactor hides, leaves alone, and how long it takes.

mod corpus;
mod forms;
mod fresh;
mod inside_json;

use std::time::{Duration, Instant};

use corpus::{Line, OPT_IN, PERSONAL, SECRETS, negatives, positives};
use llm_trace::redact::{Kind, Redactor, Rules, redact_json};

#[test]
fn what_is_planted_is_found_and_little_else() {
    let all = [SECRETS, PERSONAL, OPT_IN].concat();
    let cases = [
        ("secrets", Rules::new(), SECRETS, 0.985),
        ("personal data", Rules::new(), PERSONAL, 0.97),
        ("opt-in kinds", Rules::all(), OPT_IN, 0.97),
        ("everything", Rules::all(), all.as_slice(), 0.985),
    ];
    for (name, rules, makers, wanted) in cases {
        let lines = positives(2026, makers, 2000);
        let recall = recall(&rules, &lines);
        assert!(recall >= wanted, "{recall} of {name}, not {wanted}");
    }
    for (rules, allowed) in [(Rules::new(), 0.02), (Rules::all(), 0.04)] {
        let lines = negatives(2026, 2600);
        let wrong = lines.iter().filter(|line| !rules.find(line).is_empty()).count();
        let share = share(wrong, lines.len());
        assert!(share <= allowed, "{share} of the harmless lines, not {allowed}, by {rules:?}");
    }
}

#[test]
fn what_was_written_without_a_look_at_the_rules_is_found() {
    let cases = [
        ("secrets", Rules::new(), 0.985),
        ("personal", Rules::new(), 0.97),
        ("opt-in", Rules::all(), 0.97),
    ];
    let mut faults = Vec::new();
    for (section, rules, wanted) in cases {
        let lines = fresh::planted(section);
        let recall = recall(&rules, &lines);
        if recall < wanted {
            let missed =
                lines.iter().filter(|it| self::recall(&rules, std::slice::from_ref(it)) < 1.0);
            let missed: Vec<_> = missed.map(|it| &it.text).collect();
            faults.push(format!("{recall} of {section}, not {wanted}: {missed:#?}"));
        }
    }
    for (rules, allowed) in [(Rules::new(), 0.01), (Rules::all(), 0.04)] {
        let lines = fresh::clean();
        let wrong: Vec<_> = lines.iter().filter(|it| !rules.find(it).is_empty()).collect();
        let share = share(wrong.len(), lines.len());
        if share > allowed {
            faults.push(format!("{share} of the harmless lines, not {allowed}: {wrong:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The share of what is planted of which nine tenths are hidden and which is gone from the output,
/// as text and as the value of a JSON field.
fn recall(rules: &Rules, lines: &[Line]) -> f64 {
    let (mut hidden, mut planted) = (0, 0);
    for Line { text, spans } in lines {
        let found = rules.find(text);
        let plain = rules.redact(text);
        let value = serde_json::json!({"text": text}).to_string();
        let value = redact_json(rules, &value);
        let value: serde_json::Value = serde_json::from_str(&value).unwrap();
        for (span, _) in spans {
            let covered: usize = found
                .iter()
                .map(|it| it.range.end.min(span.end).saturating_sub(it.range.start.max(span.start)))
                .sum();
            let secret = &text[span.clone()];
            let is_gone = |output: &str| !output.contains(secret);
            planted += 1;
            hidden += usize::from(
                covered * 10 >= span.len() * 9
                    && is_gone(&plain)
                    && is_gone(value["text"].as_str().unwrap()),
            );
        }
    }
    share(hidden, planted)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn a_rule_of_the_users_joins_the_built_in_ones() {
    let rules = Rules::none()
        .with(Kind::Email)
        .with_literal("project", "Blauer Vogel")
        .with_rule("cut", |text| text.find('ä').map(|at| at + 1..at + 2).into_iter().collect())
        .with_rule("nowhere", |text| vec![3..3, text.len() + 1..text.len() + 9]);

    assert_eq!(
        rules.redact("Blauer Vogel: spät, ann@example.com, 536-90-4399"),
        "[REDACTED:project]: sp[REDACTED:cut]t, [REDACTED:email], 536-90-4399"
    );
    assert_eq!(
        format!("{rules:?}"),
        "{Email, Custom(\"project\"), Custom(\"cut\"), Custom(\"nowhere\")}"
    );
}

#[test]
fn rules_that_overlap_hide_what_both_hide() {
    let rules = Rules::new().with_rule("team", |text| {
        text.match_indices("team ann").map(|(at, found)| at..at + found.len()).collect()
    });
    assert_eq!(rules.redact("ask team ann@example.com now"), "ask [REDACTED:team] now");
}

#[test]
fn no_text_takes_time_by_its_square() {
    let patterns = [
        "-sk-",
        "SG.",
        "eyJ-",
        "token=",
        "password: ",
        "secret=\"",
        "secret='a ",
        "a@",
        "a@b.",
        "://a:@",
        "://a:b",
        "1 ",
        "1-",
        "1234 ",
        "+1 ",
        "(2) ",
        "a:",
        "::",
        "\\",
        "\\\\\"",
        "-----BEGIN PRIVATE KEY-----",
        "--token ",
        "GB29 ",
        "=",
        ">",
        "<secret>",
        "%40",
        "é",
        "-",
        "0.123456,",
        "AKIA",
        "Bearer ",
        "[",
        "{\"a\":",
        "\"[",
        "ssn 123456789 ",
        "phone 1234567 ",
        "password is ",
        "PuTTY-User-Key-File-",
    ];
    let rules = Rules::all();
    let time = |text: &str| {
        let start = Instant::now();
        let _ = rules.redact(text);
        let _ = redact_json(&rules, text);
        start.elapsed()
    };
    for pattern in patterns {
        let short = pattern.repeat(4 * 1024 / pattern.len());
        let long = short.repeat(8);
        let once = (0..3).map(|_| time(&short)).min().unwrap_or_default();
        let eight = (0..3).map(|_| time(&long)).min().unwrap_or_default();
        // Eight times the text: a line takes 8 times as long, a square 64 times.
        let limit = once * 32 + Duration::from_millis(40);
        assert!(eight < limit, "{pattern:?}: {once:?}, and {eight:?} for eight times as much");
    }
}
