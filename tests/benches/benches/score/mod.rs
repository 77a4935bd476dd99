//! Scores the rules on a corpus: how much of what is planted they hide, and how many harmless lines
//! they touch.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use llm_trace::redact::Rules;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    text: String,
    #[serde(default)]
    spans: Vec<(usize, usize, String)>,
    /// The category of a harmless line.
    #[serde(default)]
    neg: Option<String>,
}

const PERSONAL: &[&str] = &["credit_card", "email", "iban", "us_ssn"];
const OPT_IN: &[&str] = &["ipv4", "ipv6", "phone"];
/// Four numbers after the word `build`: no address, and none of its form tells.
const VERSION: &str = "version4";

/// Prints one row for each profile.
pub fn print(directory: &str) {
    let (positive, negative) = (read(directory, "positive"), read(directory, "negative"));
    println!(
        "| profile | secrets | personal data | harmless lines touched | without `{VERSION}` |"
    );
    println!("|---|---:|---:|---:|---:|");
    for (name, rules, is_all) in
        [("default", Rules::new(), false), ("everything", Rules::all(), true)]
    {
        let mut found: BTreeMap<bool, (usize, usize)> = BTreeMap::new();
        for row in &positive {
            let findings = rules.find(&row.text);
            for (start, end, kind) in &row.spans {
                let is_opt_in = OPT_IN.contains(&kind.as_str());
                if is_opt_in && !is_all {
                    continue;
                }
                let hidden: usize = findings
                    .iter()
                    .map(|it| it.range.end.min(*end).saturating_sub(it.range.start.max(*start)))
                    .sum();
                let is_personal = is_opt_in || PERSONAL.contains(&kind.as_str());
                let counts = found.entry(is_personal).or_default();
                counts.0 += usize::from(hidden * 10 >= (end - start) * 9);
                counts.1 += 1;
            }
        }
        let share =
            |is_personal| found.get(&is_personal).map_or(0.0, |counts| share(counts.0, counts.1));
        let touched = |rows: &[&Row]| {
            let wrong = rows.iter().filter(|row| !rules.find(&row.text).is_empty()).count();
            self::share(wrong, rows.len()) * 100.0
        };
        let all: Vec<&Row> = negative.iter().collect();
        let rest: Vec<&Row> =
            negative.iter().filter(|row| row.neg.as_deref() != Some(VERSION)).collect();
        println!(
            "| {name} | {:.4} | {:.4} | {:.2} % | {:.2} % |",
            share(false),
            share(true),
            touched(&all),
            touched(&rest),
        );
    }
}

fn read(directory: &str, name: &str) -> Vec<Row> {
    let path = Path::new(directory).join(name).with_extension("jsonl");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("a row of the corpus")).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
