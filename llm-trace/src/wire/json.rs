//! Owns [`Json`]: a JSON text that serialises to what it says, without being built first.
//!
//! A walk looks at an object before it enters it, so a value has to serialise any number of times:
//! a slice of the text does, and nothing is allocated but a string that has escapes.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

/// The text of one JSON value. What is not JSON serialises to an error, after what is.
pub(super) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = serde_json::Deserializer::from_str(self.0);
        text.deserialize_any(Forward(serializer))
            .unwrap_or_else(|error| Err(S::Error::custom(error)))
    }
}

/// Hands on what a text says; parts of it as texts.
struct Forward<S>(S);

macro_rules! scalars {
    ($($visit:ident => $serialize:ident($type:ty);)*) => {
        $(fn $visit<E>(self, value: $type) -> Result<Self::Value, E> {
            Ok(self.0.$serialize(value))
        })*
    };
}

impl<'de, S: Serializer> Visitor<'de> for Forward<S> {
    type Value = Result<S::Ok, S::Error>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut list = match self.0.serialize_seq(None) {
            Ok(list) => list,
            Err(error) => return Ok(Err(error)),
        };
        while let Some(member) = members.next_element::<&RawValue>()? {
            if let Err(error) = list.serialize_element(&Json(member.get())) {
                return Ok(Err(error));
            }
        }
        Ok(list.end())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = match self.0.serialize_map(None) {
            Ok(map) => map,
            Err(error) => return Ok(Err(error)),
        };
        while let Some((key, value)) = entries.next_entry::<&RawValue, &RawValue>()? {
            if let Err(error) = map.serialize_entry(&Json(key.get()), &Json(value.get())) {
                return Ok(Err(error));
            }
        }
        Ok(map.end())
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
