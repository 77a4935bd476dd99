//! Owns what a line asks of a span: `tokens.in > 0`, `outcome = ok`, `< 200ms`, `cost`, `!error`.

use opentelemetry::Value;

use super::glob;
use crate::testing::span::{CapturedSpan, written};

const OPERATORS: &[(&str, Comparison)] = &[
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("!=", Comparison::Not),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Is),
];
/// Units of time, in seconds; the longer ones first.
const UNITS: &[(&str, f64)] =
    &[("min", 60.0), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("s", 1.0)];
const DURATION: &str = "duration";
/// A text that often looks like a number: an HTTP status.
const ERROR: &str = "error";

/// Something asked of a span.
#[derive(Debug)]
pub(super) struct Predicate {
    fact: String,
    asked: Asked,
    written: String,
}

#[derive(Debug)]
enum Asked {
    Absent,
    Compared(Comparison, Operand),
    Present,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Comparison {
    AtLeast,
    AtMost,
    Is,
    Less,
    More,
    Not,
}

#[derive(Debug)]
enum Operand {
    Number(f64),
    /// May have `*` in it.
    Pattern(String),
    /// Was quoted.
    Text(String),
}

impl Predicate {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let operator = text.find(['<', '>', '=', '!']).filter(|at| *at > 0 || !is_negation(text));
        let (fact, asked) = match operator {
            None => match text.strip_prefix('!') {
                Some(fact) => (fact.trim(), Asked::Absent),
                None => (text, Asked::Present),
            },
            Some(at) => {
                let (fact, rest) = (text[..at].trim(), &text[at..]);
                let found = OPERATORS.iter().find_map(|(operator, comparison)| {
                    Some((*comparison, rest.strip_prefix(operator)?.trim()))
                });
                let (comparison, value) = found.ok_or_else(|| format!("write `{fact} = …`"))?;
                if value.is_empty() {
                    return Err(format!("a value is missing after `{text}`"));
                }
                let fact = if fact.is_empty() { DURATION } else { fact };
                (fact, Asked::Compared(comparison, Operand::parse(fact, value)?))
            }
        };
        Ok(Self { fact: fact.to_owned(), asked, written: text.to_owned() })
    }

    pub(super) fn fact(&self) -> &str {
        &self.fact
    }

    /// What is wrong with a span.
    pub(super) fn fault(&self, span: &CapturedSpan) -> Option<String> {
        let found = span.fact(&self.fact);
        let holds = match (&self.asked, &found) {
            (Asked::Absent, found) => found.is_none(),
            (Asked::Present, found) => found.is_some(),
            (Asked::Compared(..), None) => false,
            (Asked::Compared(comparison, operand), Some(value)) => operand.is(*comparison, value),
        };
        let found = found.map_or("absent".to_owned(), |value| match (&*value, &self.asked) {
            (Value::String(text), Asked::Compared(_, Operand::Number(_))) => {
                format!("the string \"{text}\"")
            }
            _ if self.fact == DURATION => format!("{:?}", span.duration()),
            (value, _) => quoted(value),
        });
        (!holds).then(|| format!("`{}` asks `{}`, and it is {found}", span.name(), self.written))
    }
}

fn is_negation(text: &str) -> bool {
    text.starts_with('!') && !text.starts_with("!=")
}

impl Operand {
    fn parse(fact: &str, text: &str) -> Result<Self, String> {
        if let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            return Ok(Self::Text(text.to_owned()));
        }
        if fact == DURATION {
            let seconds = UNITS.iter().find_map(|(unit, seconds)| {
                let number = text.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
                Some(number * seconds)
            });
            let seconds =
                seconds.ok_or(format!("`{text}` is no duration; write one, as in `200ms`"));
            return seconds.map(Self::Number);
        }
        Ok(match text.strip_prefix('$').unwrap_or(text).parse() {
            Ok(number) if fact != ERROR => Self::Number(number),
            _ => Self::Pattern(text.to_owned()),
        })
    }

    fn is(&self, comparison: Comparison, value: &Value) -> bool {
        // Token counts are far below what a float cannot tell apart.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let number = match value {
            Value::I64(number) => Some(*number as f64),
            Value::F64(number) => Some(*number),
            _ => None,
        };
        let order = match self {
            Self::Number(asked) => number.and_then(|number| number.partial_cmp(asked)),
            Self::Pattern(pattern) => {
                return match comparison {
                    Comparison::Is => glob::matches(pattern, &written(value)),
                    Comparison::Not => !glob::matches(pattern, &written(value)),
                    _ => false,
                };
            }
            Self::Text(text) => Some(written(value).as_str().cmp(text)),
        };
        order.is_some_and(|order| match comparison {
            Comparison::AtLeast => order.is_ge(),
            Comparison::AtMost => order.is_le(),
            Comparison::Is => order.is_eq(),
            Comparison::Less => order.is_lt(),
            Comparison::More => order.is_gt(),
            Comparison::Not => order.is_ne(),
        })
    }
}

/// A value as a line has to write it.
pub(in crate::testing) fn quoted(value: &Value) -> String {
    let text = written(value);
    let is_plain = |c: char| c.is_alphanumeric() || "_.:/-+".contains(c);
    let is_number = matches!(value, Value::String(_)) && text.parse::<f64>().is_ok();
    if text.is_empty() || is_number || !text.chars().all(is_plain) {
        format!("\"{text}\"")
    } else {
        text
    }
}
