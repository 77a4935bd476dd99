//! Owns [`Json`]: a JSON text that serialises to what it says, without being built first.
//!
//! A walk looks at an object before it enters it, so a value has to serialise any number of times:
//! a slice of the text does, and nothing is allocated but a string that has escapes.

use std::borrow::Cow;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

/// One JSON value, with nothing around it. What is not JSON serialises to an error.
pub(super) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.trim())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_bytes().first() {
            Some(b'{') => {
                let mut map = serializer.serialize_map(None)?;
                let mut rest = Members::of(self.0);
                while let Some(key) = rest.next() {
                    let value = rest.next().ok_or_else(malformed)?;
                    map.serialize_entry(&key, &value)?;
                }
                map.end()
            }
            Some(b'[') => {
                let mut list = serializer.serialize_seq(None)?;
                for value in Members::of(self.0) {
                    list.serialize_element(&value)?;
                }
                list.end()
            }
            Some(b'"') => serializer.serialize_str(&string(self.0).ok_or_else(malformed)?),
            Some(b't') => serializer.serialize_bool(true),
            Some(b'f') => serializer.serialize_bool(false),
            Some(b'n') => serializer.serialize_unit(),
            Some(b'-' | b'0'..=b'9') => match self.0.parse::<i64>() {
                Ok(integer) => serializer.serialize_i64(integer),
                Err(_) => serializer.serialize_f64(self.0.parse().map_err(|_| malformed())?),
            },
            _ => Err(malformed()),
        }
    }
}

fn malformed<E: Error>() -> E {
    E::custom("this is not JSON")
}

/// The values in an object or a list, keys and values in turn.
struct Members<'a> {
    rest: &'a str,
}

impl<'a> Members<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text.get(1..).unwrap_or_default() }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let separators = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':');
        let text = self.rest.trim_start_matches(separators);
        let length = extent(text.as_bytes());
        self.rest = text.get(length..)?;
        text.get(..length).filter(|value| !value.is_empty()).map(Json)
    }
}

/// The length of the value that a text starts with; 0 where none starts.
fn extent(text: &[u8]) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, byte) in text.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => continue,
            }
            if !quoted && depth == 0 {
                return index + 1;
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' => return index + depth,
            b',' | b':' if depth == 0 => return index,
            _ if byte.is_ascii_whitespace() && depth == 0 => return index,
            _ => {}
        }
    }
    if depth == 0 && !quoted { text.len() } else { 0 }
}

/// The text of a string, which starts and ends in quotes.
fn string(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inside.contains('\\') {
        return Some(Cow::Borrowed(inside));
    }
    let mut plain = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut characters = after.chars();
        let character = match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (character, length) = unicode(after)?;
                plain.push(character);
                rest = after.get(length..)?;
                continue;
            }
            same => same,
        };
        plain.push(character);
        rest = characters.as_str();
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

// Input:  uD83D\uDE00…, after the first backslash
// Output: the character, and the length of what says it
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let first = unit(1)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 5));
    }
    let pair = text.get(5..7) == Some("\\u");
    let second = unit(7).filter(|second| pair && (0xDC00..0xE000).contains(second));
    match second {
        Some(second) if first < 0xDC00 => {
            let character = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            Some((char::from_u32(character)?, 11))
        }
        _ => Some((char::REPLACEMENT_CHARACTER, 5)),
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
        let escaped = r#"["\u00fc\ud83d\ude00\ud83d\/"]"#;
        assert_eq!(to_value(Json::new(escaped)).unwrap(), json!(["\u{fc}\u{1F600}\u{FFFD}/"]));
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
