//! Owns [`Json`]: JSON text that serialises to what it says, so that it is walked as any value is.
//!
//! Values without parts are `serde_json`'s; others are passed over here, where nothing is allocated.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, Visitor};
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

/// The longest text that is parsed, in bytes.
const LENGTH: usize = 16 << 20;
/// How often a text may be gone through. Each level of an answer takes two or three times, for it is
/// looked at before it is walked; what is nested deeper than any answer ends here.
const TIMES: usize = 64;

/// A value as JSON text. No tree is built of it: what a walk does not enter is skipped as text, and
/// a string is borrowed unless it has escapes. What is not JSON serialises to an error, after what is.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    text: &'a str,
    budget: &'a Budget,
}

/// The bytes that may still be gone through.
#[derive(Default)]
pub(super) struct Budget(Cell<usize>);

impl Budget {
    /// Allows for one reading of a text.
    pub(super) fn renew(&self, text: &str) {
        self.0.set(text.len() * TIMES);
    }
}

impl<'a> Json<'a> {
    /// Takes a text that is the JSON of an object or a list, and nothing else.
    pub(super) fn parse(text: &'a str, budget: &'a Budget) -> Option<Self> {
        let has_parts = text.trim_ascii_start().starts_with(['{', '[']);
        if !has_parts || text.len() > LENGTH {
            return None;
        }
        serde_json::from_str::<IgnoredAny>(text).ok()?;
        Some(Self::trust(text, budget))
    }

    /// Takes a text that has no reason not to be JSON.
    pub(super) fn trust(text: &'a str, budget: &'a Budget) -> Self {
        budget.renew(text);
        Self { text: text.trim_ascii(), budget }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, budget } = *self;
        let left = budget.0.get().checked_sub(text.len());
        budget.0.set(left.ok_or_else(|| S::Error::custom("nested too deep"))?);
        match text.as_bytes().first() {
            Some(b'{') => {
                let mut map = serializer.serialize_map(None)?;
                let mut members = Members::of(self);
                while let Some(key) = members.next() {
                    let value = members.next().ok_or_else(|| S::Error::custom("no value"))?;
                    map.serialize_entry(&key, &value)?;
                }
                map.end()
            }
            Some(b'[') => {
                let mut list = serializer.serialize_seq(None)?;
                for member in Members::of(self) {
                    list.serialize_element(&member)?;
                }
                list.end()
            }
            _ => {
                let said =
                    serde_json::Deserializer::from_str(text).deserialize_any(Forward(serializer));
                said.unwrap_or_else(|fault| Err(S::Error::custom(fault)))
            }
        }
    }
}

/// The values in an object or a list, keys and values in turn.
struct Members<'a> {
    rest: &'a str,
    budget: &'a Budget,
}

impl<'a> Members<'a> {
    fn of(json: &Json<'a>) -> Self {
        Self { rest: json.text.get(1..).unwrap_or_default(), budget: json.budget }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let between = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':');
        let text = self.rest.trim_start_matches(between);
        let (value, rest) = text.split_at_checked(extent(text.as_bytes()))?;
        self.rest = rest;
        (!value.is_empty()).then_some(Json { text: value, budget: self.budget })
    }
}

/// The length of the value that a text starts with; 0 where none does.
fn extent(text: &[u8]) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if quoted && depth == 0 => return index + 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            // Either the value ends here, or what it stands in.
            b'}' | b']' if depth <= 1 => return index + depth,
            b'}' | b']' => depth -= 1,
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return index,
            _ => {}
        }
    }
    if depth == 0 && !quoted { text.len() } else { 0 }
}

/// Hands on a value without parts.
struct Forward<S>(S);

macro_rules! scalars {
    ($($visit:ident => $serialize:ident($type:ty);)*) => {
        $(fn $visit<E>(self, value: $type) -> Result<Self::Value, E> {
            Ok(self.0.$serialize(value))
        })*
    };
}

impl<S: Serializer> Visitor<'_> for Forward<S> {
    type Value = Result<S::Ok, S::Error>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without parts")
    }

    scalars! {
        visit_bool => serialize_bool(bool);
        visit_f64 => serialize_f64(f64);
        visit_i64 => serialize_i64(i64);
        visit_str => serialize_str(&str);
        visit_u64 => serialize_u64(u64);
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0.serialize_unit())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, to_value};

    use super::*;

    fn read(text: &str) -> serde_json::Result<Value> {
        to_value(Json::trust(text, &Budget::default()))
    }

    #[test]
    fn a_text_serialises_to_what_it_says() {
        for value in [
            json!({"a": [1, -2, 2.5, 1e20, {"b": null}], "c": {}, "d": [], "e": [[], [[]]], "f": true}),
            json!(["", "plain", "a\"b\\c\n\t\u{8}\u{c}\r/", "gr\u{fc}\u{df}e \u{1F600}", "{[,:]}"]),
            json!({"choices": [{"index": 0, "delta": {"content": "Par, \"is\""}, "finish_reason": false}]}),
            json!(null),
            json!(7),
        ] {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                assert_eq!(read(&text).unwrap(), value, "{text}");
            }
        }
        let escaped = r#"["\u00fc\ud83d\ude00\/"]"#;
        assert_eq!(read(escaped).unwrap(), json!(["\u{fc}\u{1F600}/"]));
    }

    #[test]
    fn what_is_no_json_is_read_as_far_as_it_goes_and_never_panics() {
        let text = r#" {"a": [1, {"b": "c\u00fc\n"}], "d": -1.5e3} "#;
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _: Option<Value> = read(&text[..end]).ok();
            let _: Option<Value> = read(&text[end..]).ok();
        }
        for text in
            ["", "[DONE]", "{", "\"", "{\"a\"", "]", "\"\\u12", "\"\\\"", "nonsense: [", "-"]
        {
            let _: Option<Value> = read(text).ok();
        }
        assert!(read("event").is_err());
    }
}
