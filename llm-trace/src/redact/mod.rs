// Owns what hides secrets and personal data in text. Pure functions of text: when they run, on what,
// and what happens when a redactor fails is the business of the gate in `export`.
#![doc = include_str!("redact.md")]

mod assign;
mod digits;
mod email;
mod iban;
mod ip;
mod json;
mod kind;
mod names;
mod pem;
mod phone;
mod prefixes;
mod rules;
mod scan;
mod secret;
mod token;
mod url;

use std::borrow::Cow;
use std::sync::Arc;

pub use json::redact_json;
pub use kind::{Finding, Kind};
pub use rules::Rules;

/// Hides what must not leave the process.
///
/// [`Rules`] is the one that comes with the crate. Implement this to ask something else: a service,
/// a model that knows names and addresses, a table of your customers.
///
/// The exporting thread waits for it, and the thread of a call only where processors are added to the
/// pipeline, and for names of several words: of other libraries' spans on the console, and once of a model or
/// tool on metrics. An implementation that cannot answer panics: then, and when it takes
/// too long, the whole value is replaced.
///
/// ```
/// use std::borrow::Cow;
///
/// use llm_trace::redact::{Redactor, Rules};
///
/// /// Knows the name of a project, and leaves the rest to the rules.
/// struct Project(Rules);
///
/// impl Redactor for Project {
///     fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
///         let text = self.0.redact(text);
///         if text.contains("Bluebird") { text.replace("Bluebird", "[REDACTED:project]").into() } else { text }
///     }
/// }
///
/// let redactor = Project(Rules::new());
/// assert_eq!(
///     redactor.redact("Ask ann@example.com about Bluebird."),
///     "Ask [REDACTED:email] about [REDACTED:project].",
/// );
/// ```
pub trait Redactor: Send + Sync {
    /// Returns the text with everything replaced that must not leave.
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str>;

    /// Returns what may leave of a value that stands under a name, as in JSON or in an attribute.
    ///
    /// Defaults to [`Redactor::redact`] of the value. The name itself always leaves.
    fn redact_field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        let _ = name;
        self.redact(value)
    }
}

impl<R: Redactor + ?Sized> Redactor for &R {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        (**self).redact(text)
    }

    fn redact_field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        (**self).redact_field(name, value)
    }
}

impl<R: Redactor + ?Sized> Redactor for Arc<R> {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        (**self).redact(text)
    }

    fn redact_field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        (**self).redact_field(name, value)
    }
}

impl<R: Redactor + ?Sized> Redactor for Box<R> {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        (**self).redact(text)
    }

    fn redact_field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        (**self).redact_field(name, value)
    }
}

/// Returns whether a text is a name rather than something that somebody wrote.
pub(crate) fn is_word(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/@+".contains(&byte);
    text.len() <= 128 && text.bytes().all(is_part)
}
