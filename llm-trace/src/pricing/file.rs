//! Reads a price file: strictly, so that a slip of the pen is an error and no wrong cost.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::pricing::book::Entry;
use crate::pricing::nearest::nearest;
use crate::pricing::rates::{Item, Rates};
use crate::pricing::shared;

const AS_OF: &str = "as_of";
const MODEL: &str = "model";
const PRICES: &str = "prices";
const PROVIDER: &str = "provider";

/// Why a price file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PriceFileError {
    /// The file cannot be read.
    #[error("the price file {} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is read, and something in it is wrong.
    #[error("the price file {}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where it is wrong, and what to write.
        problem: String,
    },
}

/// Reads the prices in a file.
///
/// # Errors
///
/// [`PriceFileError`] says what is wrong and what to write.
pub(crate) fn load_file(path: &Path) -> Result<Vec<Entry>, PriceFileError> {
    let text = std::fs::read(path)
        .map_err(|source| PriceFileError::Read { path: path.to_owned(), source })?;
    parse(&text).map_err(|problem| PriceFileError::Wrong { path: path.to_owned(), problem })
}

fn parse(text: &[u8]) -> Result<Vec<Entry>, String> {
    let file: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let file = object(&file, "the file")?;
    check_keys(file, "the file", &[AS_OF, PRICES])?;
    let as_of = match file.get(AS_OF) {
        Some(Value::String(day)) if is_day(day) => Some(day.clone().into()),
        Some(other) => return Err(format!("`{AS_OF}` is {other}; write a day, as in 2026-11-20")),
        None => None,
    };
    let Some(Value::Array(prices)) = file.get(PRICES) else {
        return Err(format!("no `{PRICES}`; write a list of them"));
    };
    let mut entries = Vec::with_capacity(prices.len());
    for (index, price) in prices.iter().enumerate() {
        let place = format!("`{PRICES}[{index}]`");
        let price = object(price, &place)?;
        let mut entry = entry(price, &place)?;
        entry.as_of.clone_from(&as_of);
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(price: &Map<String, Value>, place: &str) -> Result<Entry, String> {
    let names: Vec<_> =
        [MODEL, PROVIDER].into_iter().chain(Item::ALL.iter().map(|item| item.name())).collect();
    check_keys(price, place, &names)?;
    let model = word(price, MODEL, place)?
        .ok_or_else(|| format!("no `{MODEL}` in {place}; write its name, or a start and `*`"))?;
    let provider = word(price, PROVIDER, place)?;
    let mut rates = Rates::default();
    for (key, value) in price {
        let Some(item) = Item::named(key) else { continue };
        match value.as_f64() {
            Some(dollars) if dollars.is_finite() && dollars >= 0.0 => rates.set(item, dollars),
            _ => return Err(format!("`{key}` is {value} in {place}; write {}", unit(item))),
        }
    }
    if rates == Rates::default() {
        return Err(format!("no price in {place}; write `input` and `output`"));
    }
    Ok(Entry { model: shared(&model), provider, rates, as_of: None })
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{place} is {}; write an object", kind(value)))
}

fn check_keys(object: &Map<String, Value>, place: &str, known: &[&str]) -> Result<(), String> {
    let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    Err(match nearest(key, known) {
        Some(near) => format!("unknown key `{key}` in {place}; did you mean `{near}`?"),
        None => format!("unknown key `{key}` in {place}; write one of `{}`", known.join("`, `")),
    })
}

fn word(object: &Map<String, Value>, key: &str, place: &str) -> Result<Option<String>, String> {
    match object.get(key) {
        Some(Value::String(word)) if !word.is_empty() => Ok(Some(word.clone())),
        Some(other) => Err(format!("`{key}` is {other} in {place}; write a name")),
        None => Ok(None),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn unit(item: Item) -> &'static str {
    if item.per() > 1.0 { "US dollars per million tokens" } else { "US dollars" }
}

fn is_day(text: &str) -> bool {
    let is_written_so = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_written_so {
        return false;
    }
    let number = |part: &str| part.parse().unwrap_or(0_u32);
    let (year, month, day) = (number(&text[..4]), number(&text[5..7]), number(&text[8..]));
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_prices_and_their_day() {
        let entries = parse(
            br#"{
                "as_of": "2026-11-20",
                "prices": [
                    {"model": "acme-*", "input": 2, "output": 6.5, "cache_read": 0, "request": 0.005},
                    {"model": "gpt-4o", "provider": "azure.ai.openai", "input": 2.75, "output": 11}
                ]
            }"#,
        )
        .unwrap();

        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].model.as_str(), "acme-*");
        assert_eq!(entries[0].as_of, Some("2026-11-20".into()));
        assert_eq!(entries[0].rates.get(Item::Output), Some(6_500_000_000));
        assert_eq!(entries[0].rates.get(Item::CacheRead), Some(0));
        assert_eq!(entries[0].rates.get(Item::CacheWrite), None);
        assert_eq!(entries[0].rates.get(Item::Request), Some(5_000_000_000_000));
        assert_eq!(entries[1].provider.as_deref(), Some("azure.ai.openai"));
    }

    #[test]
    fn every_slip_is_an_error_that_says_what_to_write() {
        for (text, expected) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("[]", "the file is a list; write an object"),
            ("{}", "no `prices`; write a list of them"),
            (r#"{"price": []}"#, "unknown key `price` in the file; did you mean `prices`?"),
            (
                r#"{"as_of": "yesterday", "prices": []}"#,
                r#"`as_of` is "yesterday"; write a day, as in 2026-11-20"#,
            ),
            (
                r#"{"as_of": "2026-02-29", "prices": []}"#,
                r#"`as_of` is "2026-02-29"; write a day, as in 2026-11-20"#,
            ),
            (r#"{"prices": [1]}"#, "`prices[0]` is a number; write an object"),
            (
                r#"{"prices": [{"model": "a", "input": 1, "cache_raed": 1}]}"#,
                "unknown key `cache_raed` in `prices[0]`; did you mean `cache_read`?",
            ),
            (
                r#"{"prices": [{"input": 1}]}"#,
                "no `model` in `prices[0]`; write its name, or a start and `*`",
            ),
            (
                r#"{"prices": [{"model": "a"}]}"#,
                "no price in `prices[0]`; write `input` and `output`",
            ),
            (
                r#"{"prices": [{"model": "a", "input": "1"}]}"#,
                r#"`input` is "1" in `prices[0]`; write US dollars per million tokens"#,
            ),
            (
                r#"{"prices": [{"model": "a", "request": -1}]}"#,
                "`request` is -1 in `prices[0]`; write US dollars",
            ),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
        let vague = parse(br#"{"prices": [{"model": "a", "colour": 1}]}"#).unwrap_err();
        assert!(vague.ends_with("write one of `model`, `provider`, `input`, `output`, `cache_read`, `cache_read_audio`, `cache_read_image`, `cache_write`, `cache_write_1h`, `input_audio`, `input_image`, `output_audio`, `output_image`, `reasoning`, `web_search`, `request`"), "{vague}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load_file(Path::new("/nowhere/prices.json")).unwrap_err();

        assert_eq!(error.to_string(), "the price file /nowhere/prices.json cannot be read");
    }
}
