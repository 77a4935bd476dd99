//! Owns [`Json`]: a JSON text that serialises to what it says, without being built first.
//!
//! A walk looks at an object before it enters it, so a value has to serialise any number of times:
//! a slice of the text does, and nothing is allocated but a string that has escapes. Values without
//! parts are `serde_json`'s; to pass over the others it allocates.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

/// The text of one JSON value. What is not JSON serialises to an error, after what is.
pub(super) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.trim_ascii())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_bytes().first() {
            Some(b'{') => {
                let mut map = serializer.serialize_map(None)?;
                let mut members = Members::of(self.0);
                while let Some(key) = members.next() {
                    let value = members.next().ok_or_else(|| S::Error::custom("no value"))?;
                    map.serialize_entry(&key, &value)?;
                }
                map.end()
            }
            Some(b'[') => {
                let mut list = serializer.serialize_seq(None)?;
                for member in Members::of(self.0) {
                    list.serialize_element(&member)?;
                }
                list.end()
            }
            _ => {
                let mut text = serde_json::Deserializer::from_str(self.0);
                let done = text.deserialize_any(Forward(serializer));
                done.unwrap_or_else(|error| Err(S::Error::custom(error)))
            }
        }
    }
}

/// The values in an object or a list, keys and values in turn.
struct Members<'a>(&'a str);

impl<'a> Members<'a> {
    fn of(text: &'a str) -> Self {
        Self(text.get(1..).unwrap_or_default())
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let between = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':');
        let text = self.0.trim_start_matches(between);
        let (value, rest) = text.split_at_checked(extent(text.as_bytes()))?;
        self.0 = rest;
        (!value.is_empty()).then_some(Json(value))
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
                assert_eq!(to_value(Json::new(&text)).unwrap(), value, "{text}");
            }
        }
        let escaped = r#"["\u00fc\ud83d\ude00\/"]"#;
        assert_eq!(to_value(Json::new(escaped)).unwrap(), json!(["\u{fc}\u{1F600}/"]));
    }

    #[test]
    fn what_is_no_json_is_read_as_far_as_it_goes_and_never_panics() {
        let text = r#" {"a": [1, {"b": "c\u00fc\n"}], "d": -1.5e3} "#;
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _: Option<Value> = to_value(Json::new(&text[..end])).ok();
            let _: Option<Value> = to_value(Json::new(&text[end..])).ok();
        }
        for text in
            ["", "[DONE]", "{", "\"", "{\"a\"", "]", "\"\\u12", "\"\\\"", "nonsense: [", "-"]
        {
            let _: Option<Value> = to_value(Json::new(text)).ok();
        }
        assert!(to_value(Json::new("event")).is_err());
    }
}
