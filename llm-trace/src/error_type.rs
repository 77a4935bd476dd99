//! Owns `error.type`: [`ErrorType`], and what is said of errors that do not implement it.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::content;

/// How far into the `Debug` form of an error a status is looked for.
const SCAN_LIMIT: usize = 4 * 1024;
/// Bytes of an error's text that are taken.
const TEXT_LIMIT: usize = 16 * 1024;

/// Names an error for `error.type`: the same word for the same fault, of few different words.
///
/// Implement it on your own error types where the type's name says too little. Errors without it
/// are named by the HTTP status found in them (`429`), or else by their type (`my_app::ChatError`).
/// Never return text that a provider or a user wrote.
///
/// ```
/// use std::borrow::Cow;
/// use llm_trace::ErrorType;
///
/// enum ChatError { RateLimited, Refused }
///
/// impl ErrorType for ChatError {
///     fn error_type(&self) -> Cow<'static, str> {
///         match self {
///             ChatError::RateLimited => "rate_limit_exceeded".into(),
///             ChatError::Refused => "refused".into(),
///         }
///     }
/// }
/// assert_eq!(ChatError::RateLimited.error_type(), "rate_limit_exceeded");
/// ```
///
/// Governed by the OpenTelemetry semantic conventions, *Recording errors*.
pub trait ErrorType {
    /// Returns the value of `error.type`.
    fn error_type(&self) -> Cow<'static, str>;
}

impl<T: ErrorType + ?Sized> ErrorType for &T {
    fn error_type(&self) -> Cow<'static, str> {
        (**self).error_type()
    }
}

impl<T: ErrorType + ?Sized> ErrorType for Box<T> {
    fn error_type(&self) -> Cow<'static, str> {
        (**self).error_type()
    }
}

/// Returns the HTTP status that the `Debug` form of an error names, as client crates print it:
/// `status: 429`, `status_code: 503`, `Status(500)`. Quoted text is passed over, so that a
/// provider's words are never taken for a status.
pub(crate) fn http_status(error: &impl fmt::Debug) -> Option<u16> {
    let mut scan = StatusScan::default();
    // An error means that the scan has seen enough.
    let _ = write!(scan, "{error:?}");
    scan.accept_number();
    scan.found
}

/// Returns what an error says, if that is captured: as much of it as a person would read.
pub(crate) fn text(said: fmt::Arguments<'_>) -> Option<String> {
    content::has_error_text().then(|| {
        let mut text = Bounded(String::new());
        // Too much of it ends the writing, and so does an implementation that fails.
        let _ = text.write_fmt(said);
        text.0
    })
}

/// A text of bounded length. What does not fit as a whole is left out, so that no secret is cut
/// into what no rule knows.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.0.len() + piece.len() > TEXT_LIMIT {
            self.0.push('…');
            return Err(fmt::Error);
        }
        self.0.push_str(piece);
        Ok(())
    }
}

/// Returns the name of an error type without its generic arguments: `my_app::ChatError`.
pub(crate) fn type_name<E: ?Sized>() -> &'static str {
    let name = std::any::type_name::<E>();
    if name.contains("dyn ") {
        return "_OTHER";
    }
    name.split('<').next().unwrap_or(name)
}

#[derive(Default)]
struct StatusScan {
    seen: usize,
    quoted: bool,
    escaped: bool,
    /// The letters of the word being read, as far as they may be about a `status` or `statuscode`.
    word: String,
    /// Whether the last word was about a status, and only punctuation came since.
    armed: bool,
    number: u32,
    digits: u32,
    found: Option<u16>,
}

impl StatusScan {
    fn accept_number(&mut self) {
        if self.armed && self.digits == 3 && (400..600).contains(&self.number) {
            self.found = u16::try_from(self.number).ok();
        }
        (self.number, self.digits) = (0, 0);
    }

    fn accept(&mut self, character: char) {
        if self.quoted {
            match character {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.quoted = false,
                _ => {}
            }
            return;
        }
        if let (Some(digit), true) = (character.to_digit(10), self.word.is_empty()) {
            self.number = self.number.saturating_mul(10).saturating_add(digit);
            self.digits += 1;
            return;
        }
        self.accept_number();
        if character.is_alphanumeric() || character == '_' {
            if self.word.len() < 64 && character != '_' {
                self.word.push(character.to_ascii_lowercase());
            }
            return;
        }
        if !self.word.is_empty() {
            // `Status(StatusCode(429))` and `status: Some(429)` stay armed.
            let about_status = self.word.ends_with("status") || self.word.contains("statuscode");
            self.armed = about_status || (self.armed && self.word == "some");
            self.word.clear();
        }
        match character {
            '"' => (self.quoted, self.armed) = (true, false),
            ',' | '}' | ')' | ']' => self.armed = false,
            _ => {}
        }
    }
}

impl Write for StatusScan {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.accept(character);
            if self.found.is_some() {
                return Err(fmt::Error);
            }
        }
        self.seen += text.len();
        if self.seen > SCAN_LIMIT { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Raw(&'static str);

    impl fmt::Debug for Raw {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    #[test]
    fn a_status_is_found_where_clients_print_it_and_nowhere_else() {
        for (debug, expected) in [
            ("reqwest::Error { kind: Status(429, None), url: \"http://x/\" }", Some(429)),
            ("ApiError(ApiErrorResponse { status_code: 503, api_error: .. })", Some(503)),
            ("Http { status: Some(500) }", Some(500)),
            ("InvalidStatusCode(StatusCode(404))", Some(404)),
            ("StatusCode(401)", Some(401)),
            ("HttpError(InvalidStatusCodeWithMessage(429, \"{}\"))", Some(429)),
            ("status: 429", Some(429)),
            ("Api { message: \"status: 429\" }", None),
            ("Api { message: \"a \\\" status: 429\" }", None),
            ("Http { status: 200 }", None),
            ("Http { status: 4290 }", None),
            ("Http { status: None, code: 429 }", None),
            ("Limits { tokens: 429 }", None),
        ] {
            assert_eq!(http_status(&Raw(debug)), expected, "{debug}");
        }
    }

    #[test]
    fn type_names_are_low_cardinality() {
        assert_eq!(type_name::<Vec<u8>>(), "alloc::vec::Vec");
        assert_eq!(type_name::<Box<dyn std::error::Error>>(), "_OTHER");
    }
}
