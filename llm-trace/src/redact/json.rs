//! Owns redaction inside JSON text: names and layout stay, values are redacted one by one.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::Redactor;

/// JSON in a string of JSON in a string of JSON: below this it is text.
const NESTING: u8 = 8;

/// Redacts JSON text value by value, and any other text as a whole.
///
/// Escapes are decoded before the redactor looks and written again after, so that the result is JSON
/// where the text was. Names and layout stay; a name is replaced only where it is a secret itself.
/// JSON in a string, as the arguments of a tool are, is redacted in the same way. An integer that
/// is redacted becomes a string. What is not JSON, or was cut, is plain text for the redactor.
///
/// ```
/// use llm_trace::redact::{Rules, redact_json};
///
/// let call = r#"{"name": "mail", "arguments": "{\"to\": \"ann\u0040example.com\"}"}"#;
/// assert_eq!(
///     redact_json(&Rules::new(), call),
///     r#"{"name": "mail", "arguments": "{\"to\": \"[REDACTED:email]\"}"}"#,
/// );
/// assert_eq!(redact_json(&Rules::new(), "To ann@example.com"), "To [REDACTED:email]");
/// ```
pub fn redact_json<'a, R: Redactor + ?Sized>(redactor: &R, text: &'a str) -> Cow<'a, str> {
    value(redactor, "", text, NESTING)
}

/// Redacts what stands under a name, JSON or not.
fn value<'a, R: Redactor + ?Sized>(
    redactor: &R,
    name: &str,
    text: &'a str,
    nesting: u8,
) -> Cow<'a, str> {
    if nesting > 0 && is_json(text) {
        Walk { redactor, text, nesting, at: 0, copied: 0, out: String::new() }.run(name)
    } else if name.is_empty() {
        redactor.redact(text)
    } else {
        redactor.redact_field(name, text)
    }
}

/// Whether the text is a JSON object, array or string. A bare number or word is text as much.
fn is_json(text: &str) -> bool {
    text.trim_ascii_start().starts_with(['{', '[', '"'])
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// One pass over text that is known to be JSON.
struct Walk<'a, 'r, R: ?Sized> {
    redactor: &'r R,
    text: &'a str,
    nesting: u8,
    at: usize,
    /// Up to where the text is in `out`, which is empty as long as nothing changed.
    copied: usize,
    out: String,
}

/// An open object or array.
struct Open<'a> {
    is_object: bool,
    name_is_next: bool,
    /// Of an object: the name that was read last.
    name: Cow<'a, str>,
    /// Of an object: what its `name` says its `value` is.
    says: Option<String>,
    /// Which of the open ones has the name of what stands here: an array's elements stand under the
    /// name of the array.
    named_by: usize,
}

impl Open<'_> {
    /// The name of what stands here; of a pair such as `{"name": "TOKEN", "value": …}`, what it says.
    fn name(&self) -> &str {
        match &self.says {
            Some(says) if self.name == "value" => says,
            _ => &self.name,
        }
    }
}

impl<'a, R: Redactor + ?Sized> Walk<'a, '_, R> {
    fn run(mut self, name: &str) -> Cow<'a, str> {
        let outer = Open {
            is_object: false,
            name_is_next: false,
            name: Cow::Owned(name.to_owned()),
            says: None,
            named_by: 0,
        };
        let mut open = vec![outer];
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            let named_by = open.last().map_or(0, |inner| inner.named_by);
            match byte {
                b'{' | b'[' => {
                    let is_object = *byte == b'{';
                    open.push(Open {
                        is_object,
                        name_is_next: is_object,
                        name: Cow::Borrowed(""),
                        says: None,
                        named_by: if is_object { open.len() } else { named_by },
                    });
                    self.at += 1;
                }
                b'}' | b']' => {
                    // The outermost never closes: the text is JSON.
                    open.pop();
                    self.at += 1;
                }
                b',' => {
                    if let Some(inner) = open.last_mut() {
                        inner.name_is_next = inner.is_object;
                    }
                    self.at += 1;
                }
                b'"' => match open.last_mut() {
                    Some(inner) if inner.name_is_next => {
                        inner.name_is_next = false;
                        inner.name = self.name();
                    }
                    _ => self.string(open.get_mut(named_by)),
                },
                b'-' | b'0'..=b'9' => {
                    self.number(open.get(named_by).map_or("", Open::name));
                }
                _ => self.at += 1,
            }
        }
        if self.copied == 0 {
            return Cow::Borrowed(self.text);
        }
        self.out.push_str(&self.text[self.copied..]);
        Cow::Owned(self.out)
    }

    fn name(&mut self) -> Cow<'a, str> {
        let start = self.at;
        let name = self.quoted();
        if let Cow::Owned(redacted) = self.redactor.redact(&name)
            && redacted != *name
        {
            self.replace(start, &redacted);
        }
        name
    }

    fn string(&mut self, named_by: Option<&mut Open<'a>>) {
        let start = self.at;
        let text = self.quoted();
        let name = named_by.as_ref().map_or("", |open| open.name());
        let redacted = value(self.redactor, name, &text, self.nesting - 1);
        if let Cow::Owned(redacted) = redacted
            && redacted != *text
        {
            self.replace(start, &redacted);
        }
        if let Some(open) = named_by
            && matches!(&*open.name, "name" | "key")
            && text.len() <= 64
        {
            open.says = Some(text.into_owned());
        }
    }

    fn number(&mut self, name: &str) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E'));
        self.at += length.unwrap_or(rest.len());
        let text = &self.text[start..self.at];
        // Counts and measures are most of the numbers, and none of them is a secret.
        if text.len() < 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let redacted = if name.is_empty() {
            self.redactor.redact(text)
        } else {
            self.redactor.redact_field(name, text)
        };
        if redacted != text {
            self.replace(start, &redacted);
        }
    }

    /// Takes the string that begins here, without its quotes and escapes.
    fn quoted(&mut self) -> Cow<'a, str> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = start;
        let mut has_escapes = false;
        loop {
            match bytes.get(end) {
                None | Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    end += 2;
                }
                Some(_) => end += 1,
            }
        }
        self.at = (end + 1).min(bytes.len());
        let raw = self.text.get(start..end).unwrap_or_default();
        if has_escapes { Cow::Owned(decode(raw)) } else { Cow::Borrowed(raw) }
    }

    /// Writes a string in the place of everything from `start` to here.
    fn replace(&mut self, start: usize, text: &str) {
        self.out.push_str(&self.text[self.copied..start]);
        self.out.push_str(&serde_json::Value::from(text).to_string());
        self.copied = self.at;
    }
}

/// Decodes the escapes of a JSON string; half a surrogate pair becomes U+FFFD.
fn decode(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else { break };
        rest = &rest[escape.len_utf8()..];
        match escape {
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => text.push(unicode(&mut rest)),
            other => text.push(other),
        }
    }
    text.push_str(rest);
    text
}

fn unicode(rest: &mut &str) -> char {
    let Some(first) = hex4(rest) else { return char::REPLACEMENT_CHARACTER };
    *rest = &rest[4..];
    if (0xD800..0xDC00).contains(&first)
        && let Some(after) = rest.strip_prefix("\\u")
        && let Some(second @ 0xDC00..=0xDFFF) = hex4(after)
    {
        *rest = &after[4..];
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn hex4(text: &str) -> Option<u32> {
    u32::from_str_radix(text.get(..4)?, 16).ok()
}
