//! Owns `error.type`: [`ErrorType`], and what is said of errors that do not implement it.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::content::{self, screen};

/// How far into the `Debug` form of an error a status is looked for, quoted text aside.
const SCAN_LIMIT: usize = 4 * 1024;
/// How far it is read at all: a provider's answer, in quotes, may stand before the status.
const READ_LIMIT: usize = 1024 * 1024;
/// How long the name of a variant may be.
const VARIANT_LENGTH: usize = 48;
/// The longest name of an error.
const NAME_LIMIT: usize = 128;
/// Bytes of an error's text that are taken.
const TEXT_LIMIT: usize = 16 * 1024;

/// Names an error for `error.type`: the same word for the same fault, of few different words.
///
/// Implement it on your own error types where the type's name says too little. Errors without it
/// are named by the HTTP status found in them (`429`), or else by their type and, of an enum that
/// derives `Debug`, the variant with its fields (`my_app::ChatError`, `my_app::ChatError::Refused`).
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

/// Names an error by what its `Debug` form says, and by its type.
///
/// An HTTP status is taken as client crates print it: `status: 429`, `status_code: 503`,
/// `Status(500)`. Quoted text is passed over and prose ends the search, so that the words of a
/// provider or a user are never taken for a status.
pub(crate) fn name<E: fmt::Debug + ?Sized>(error: &E) -> Cow<'static, str> {
    let mut scan = StatusScan::default();
    // An error means that the scan has seen enough.
    let _ = write!(scan, "{error:?}");
    scan.accept_number();
    let kind = type_name::<E>();
    match (scan.found, scan.variant()) {
        (Some(status), _) => Cow::Owned(status.to_string()),
        (None, Some(variant)) if kind == OTHER => Cow::Owned(variant.to_owned()),
        (None, Some(variant)) if !kind.ends_with(variant) => {
            Cow::Owned(format!("{kind}::{variant}"))
        }
        _ => Cow::Borrowed(kind),
    }
}

/// Returns a name for an error, if it is one. What has spaces in it was written by somebody, and would
/// be a text in every metric.
pub(crate) fn word(name: Cow<'static, str>) -> Cow<'static, str> {
    let is_word = !name.is_empty()
        && name.len() <= NAME_LIMIT
        && !name.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_word { name } else { Cow::Borrowed("_OTHER") }
}

/// Returns what an error says, if that is captured: as much of it as a person would read.
pub(crate) fn text(said: fmt::Arguments<'_>) -> Option<String> {
    content::has_error_text().then(|| {
        let mut text = Bounded(String::new());
        // Too much of it ends the writing, and so does an implementation that fails.
        let _ = text.write_fmt(said);
        screen::hold_error(text.0)
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
        return OTHER;
    }
    name.split('<').next().unwrap_or(name)
}

/// What is said of an error of which nothing is known.
const OTHER: &str = "_OTHER";

#[derive(Default)]
struct StatusScan {
    seen: usize,
    seen_quoted: usize,
    head: Head,
    prose: Prose,
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

/// Whether two words stand side by side, which no derived `Debug` writes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Prose {
    #[default]
    None,
    /// There is a word with a space behind it.
    Begun,
    Seen,
}

/// The word that the `Debug` form begins with.
#[derive(Debug, Default)]
enum Head {
    #[default]
    Unread,
    /// It may go on, or be followed by its fields.
    Read(String, bool),
    Variant(String),
    Other,
}

impl Head {
    fn accept(self, character: char) -> Self {
        match (self, character) {
            (Self::Unread, 'A'..='Z') => Self::Read(character.to_string(), false),
            (Self::Read(name, _), '(' | '{') => Self::Variant(name),
            (Self::Read(name, false), ' ') => Self::Read(name, true),
            (Self::Read(mut name, false), _)
                if character.is_ascii_alphanumeric() && name.len() < VARIANT_LENGTH =>
            {
                name.push(character);
                Self::Read(name, false)
            }
            (variant @ Self::Variant(_), _) => variant,
            _ => Self::Other,
        }
    }
}

impl StatusScan {
    fn variant(&self) -> Option<&str> {
        match &self.head {
            Head::Variant(name) => Some(name),
            _ => None,
        }
    }

    fn accept_number(&mut self) {
        if self.armed && self.digits == 3 && (400..600).contains(&self.number) {
            self.found = u16::try_from(self.number).ok();
        }
        (self.number, self.digits) = (0, 0);
    }

    fn accept(&mut self, character: char) {
        if !matches!(self.head, Head::Variant(_) | Head::Other) {
            self.head = std::mem::take(&mut self.head).accept(character);
        }
        if self.quoted {
            self.seen_quoted += 1;
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
            let is_prose = self.prose == Prose::Begun && character.is_alphabetic();
            self.prose = if is_prose { Prose::Seen } else { Prose::None };
            if self.word.len() < 64 && character != '_' {
                self.word.push(character.to_ascii_lowercase());
            }
            return;
        }
        let is_begun = character == ' ' && !self.word.is_empty();
        self.prose = if is_begun { Prose::Begun } else { Prose::None };
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
            if self.found.is_some() || self.prose == Prose::Seen {
                return Err(fmt::Error);
            }
        }
        self.seen += text.len();
        let is_over = self.seen > READ_LIMIT || self.seen - self.seen_quoted > SCAN_LIMIT;
        if is_over { Err(fmt::Error) } else { Ok(()) }
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
    fn a_text_is_no_name() {
        for (name, expected) in [
            ("rate_limited", "rate_limited"),
            ("my_app::ChatError", "my_app::ChatError"),
            ("", "_OTHER"),
            ("the prompt was: what ails me", "_OTHER"),
            ("a\nb", "_OTHER"),
        ] {
            assert_eq!(word(Cow::Borrowed(name)), expected, "{name}");
        }
        assert_eq!(word("x".repeat(129).into()), "_OTHER");
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
            // Rig 0.31, 0.40, 0.44 and 0.46.
            (
                r#"CompletionError(HttpError(InvalidStatusCodeWithMessage(429, "{\"code\":500}")))"#,
                Some(429),
            ),
            (
                r#"CompletionError(ProviderResponse(ProviderResponseError { status: Some(429), body: "status: 500" }))"#,
                Some(429),
            ),
            (
                r#"Report(ErrorReport { kind: RateLimited, retryable: true, message: "status 500", code: Some("rate_limit_exceeded"), http_status: Some(429), refusal: false })"#,
                Some(429),
            ),
            (
                r#"Provider(ProviderResponse(ProviderResponseError { status: Some(503), body: "" }))"#,
                Some(503),
            ),
            (
                r#"MaxTurns { max_turns: 3, chat_history: [User { content: "status: 404" }, Tool { result: Object {"status": Number(404)} }] }"#,
                None,
            ),
            // `anyhow` prints what `Display` says.
            ("ProviderResponseError: status 429 Too Many Requests: {}", Some(429)),
            ("the model says status: 404", None),
            ("reached the limit of status 404", None),
            ("Api { message: \"status: 429\" }", None),
            ("Api { message: \"a \\\" status: 429\" }", None),
            ("Http { status: 200 }", None),
            ("Http { status: 4290 }", None),
            ("Http { status: None, code: 429 }", None),
            ("Limits { tokens: 429 }", None),
        ] {
            let status = expected.map(|status: u16| status.to_string());
            let name = name(&Raw(debug));
            let found = name.parse::<u16>().ok().map(|status| status.to_string());
            assert_eq!(found, status, "{debug}: {name}");
        }
    }

    #[test]
    fn a_status_behind_a_long_answer_is_found() {
        let body = "x".repeat(100_000);
        let debug = format!("Report {{ message: {body:?}, http_status: Some(429) }}");
        assert_eq!(name(&Raw(debug.leak())), "429");
    }

    #[test]
    fn a_variant_with_fields_is_named_and_nothing_else_of_the_text() {
        let raw = "llm_trace::error_type::tests::Raw";
        for (debug, expected) in [
            ("MaxTurns { max_turns: 3 }", Some("MaxTurns")),
            ("Refused(\"for a reason\")", Some("Refused")),
            ("Raw { 0: 1 }", None),
            ("Alice", None),
            ("Alice said (something)", None),
            ("reqwest::Error { kind: Request }", None),
            ("\"Alice(1)\"", None),
        ] {
            let expected = expected.map_or(raw.to_owned(), |variant| format!("{raw}::{variant}"));
            assert_eq!(name(&Raw(debug)), expected, "{debug}");
        }
        let boxed: Box<dyn std::error::Error> = "x".parse::<u8>().unwrap_err().into();
        assert_eq!(name(&*boxed), "ParseIntError");
    }

    #[test]
    fn type_names_are_low_cardinality() {
        assert_eq!(type_name::<Vec<u8>>(), "alloc::vec::Vec");
        assert_eq!(type_name::<Box<dyn std::error::Error>>(), "_OTHER");
    }
}
