//! Owns whether the value beside the name of a secret is one, or a filler, a variable or code.

use super::names::Strength;
use super::token::{disorder, is_random};

/// How a value stands in the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// After a space, in prose or code.
    Loose,
    /// Between quotes, or as the whole of a field.
    Quoted,
    /// Right behind `=`.
    Tight,
    /// Right behind the `=` of `NAME=`, or in a connection string.
    Variable,
}

/// What was judged when there was more of it.
const MARK: &[u8] = b"[REDACTED:";

/// What stands for a secret where there is none.
const FILLERS: &[&str] = &[
    "bool",
    "bytes",
    "changeme",
    "example",
    "false",
    "hidden",
    "masked",
    "nil",
    "none",
    "null",
    "number",
    "optional",
    "pass",
    "passwd",
    "password",
    "pwd",
    "redacted",
    "removed",
    "required",
    "secret",
    "str",
    "string",
    "token",
    "true",
    "undefined",
    "unknown",
    "value",
];

/// Whether a value is a secret, beside a name of that strength.
pub(super) fn is_secret(value: &[u8], strength: Strength, place: Place) -> bool {
    if value.len() < 3 {
        return false;
    }
    // What says no soonest comes first: every sign behind a name has a value to judge.
    let is_like_one = match strength {
        Strength::Password => is_password(value, place),
        Strength::Token => is_token(value, place),
        Strength::Key => {
            value.len() >= 20
                && place != Place::Loose
                && is_mixed(value)
                && is_one_piece(value)
                && is_random(value)
                && disorder(value) >= 3.5
        }
    };
    is_like_one && !is_filler(value)
}

/// Whether a value is a filler or is filled in elsewhere.
pub(super) fn is_filler(value: &[u8]) -> bool {
    let first = value.first().copied().unwrap_or(b' ');
    let last = value.last().copied().unwrap_or(b' ');
    let is_template = matches!(
        (first, last),
        (b'{', b'}') | (b'<', b'>') | (b'[', b']') | (b'(', b')') | (b'%', b'%')
    ) || value.starts_with(b"${")
        || value.starts_with(b"$(")
        || value.starts_with(b"{{")
        || value.windows(MARK.len()).any(|window| window == MARK)
        || value.starts_with(b"%(");
    let is_variable = first == b'$'
        && value.len() > 1
        && value[1..]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'));
    let is_blank = value.iter().all(|byte| {
        matches!(byte, b'*' | b'.' | b'-' | b'_' | b'#' | b'?') || byte.eq_ignore_ascii_case(&b'x')
    }) || value.iter().all(|byte| *byte == first)
        || value.iter().all(|byte| matches!(byte, 0x80..));
    let lower = |prefix: &str| {
        value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let is_word = FILLERS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    is_template
        || is_variable
        || is_blank
        || is_word
        || [
            "your-",
            "your_",
            "<your",
            "os.environ",
            "os.getenv",
            "process.env",
            "env.",
            "env[",
            "getenv(",
            "secrets.",
        ]
        .iter()
        .any(|start| lower(start))
}

fn is_password(value: &[u8], place: Place) -> bool {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    match place {
        Place::Quoted => {
            // The rest of the code or of the sentence, where the quote only ended.
            !matches!(value[0], b' ' | b')' | b']' | b'}' | b',' | b';' | b':') && words <= 4
        }
        Place::Variable => words == 1 && !is_path(value) && !is_call(value),
        Place::Tight | Place::Loose => {
            value.len() >= 5
                && words == 1
                && !is_path(value)
                && !is_code(value)
                && !is_plain(value)
                && !is_foreign(value)
        }
    }
}

fn is_token(value: &[u8], place: Place) -> bool {
    let is_number = value.iter().all(u8::is_ascii_digit);
    let has_digit = value.iter().any(u8::is_ascii_digit);
    let is_long = value.len() >= 16 && is_mixed(value) && disorder(value) >= 3.3;
    value.len() >= 8
        && !value.iter().any(u8::is_ascii_whitespace)
        && (!is_number || value.len() >= 16)
        && !is_path(value)
        && (place == Place::Quoted || !is_code(value))
        && (has_digit || is_long)
        && disorder(value) >= 2.5
}

fn is_mixed(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase)
}

fn is_one_piece(value: &[u8]) -> bool {
    value.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'%')
    })
}

/// A path or an address: `/run/secrets/db`, `./key.pem`, `https://…`.
fn is_path(value: &[u8]) -> bool {
    let has_scheme = value.windows(3).any(|window| window == b"://");
    // A base64 value may begin with a slash, and a path holds more than one.
    let is_rooted = value[0] == b'/'
        && value[1..].contains(&b'/')
        && !value.contains(&b'+')
        && !value.ends_with(b"=")
        && disorder(value) < 4.5;
    has_scheme
        || is_rooted
        || value.starts_with(b"./")
        || value.starts_with(b"../")
        || value.starts_with(b"~/")
}

fn is_call(value: &[u8]) -> bool {
    let name = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'))
        .count();
    name > 0 && value.get(name) == Some(&b'(')
}

/// An expression: `self.password`, `get_token()`, `Optional[str]`, `&str`.
fn is_code(value: &[u8]) -> bool {
    let name =
        value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let begins = value[0].is_ascii_alphabetic() || value[0] == b'_';
    let is_member = begins
        && value.len() > name + 1
        && (value[name] == b'.' || value[name..].starts_with(b"::"))
        && value.iter().all(|byte| {
            byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b':' | b'(' | b')')
        });
    let is_typed = matches!(value[0], b'&' | b'(' | b'[' | b'{' | b'*' | b'<' | b'-');
    is_member || is_typed || begins && matches!(value.get(name), Some(b'(' | b'['))
}

/// Words of a language that sets no spaces or uses other letters, with a number among them.
fn is_foreign(value: &[u8]) -> bool {
    value.iter().filter(|byte| !byte.is_ascii()).count() * 2 > value.len()
}

/// A word or a name, of letters in one case.
fn is_plain(value: &[u8]) -> bool {
    let letters = &value[1..];
    let is_word = value.iter().all(|byte| {
        byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b'\'' | 0x80..)
    });
    is_word
        && !(letters.iter().any(u8::is_ascii_uppercase)
            && letters.iter().any(u8::is_ascii_lowercase))
}
