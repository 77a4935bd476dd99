//! Owns the built-in redactor: which kinds are looked for, and rules of the user's own.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::kind::{Finding, Kind};
use super::{Redactor, assign, scan};

/// The kinds of the default profile.
const DEFAULT: &[Kind] = &[
    Kind::ApiKey,
    Kind::Card,
    Kind::Email,
    Kind::Iban,
    Kind::Jwt,
    Kind::Password,
    Kind::PrivateKey,
    Kind::Ssn,
];

/// The kinds that often hide what is harmless: version numbers, part numbers.
const OPT_IN: &[Kind] = &[Kind::Ipv4, Kind::Ipv6, Kind::Phone];

/// How often a text is looked at while something is found. If that is not enough, nothing is left.
const ROUNDS: usize = 6;

/// The built-in redactor.
///
/// By default it looks for keys, tokens, passwords and private keys, for email addresses, payment
/// cards, IBANs and US social security numbers. IP addresses and telephone numbers are opt-in.
///
/// ```
/// use llm_trace::redact::{Kind, Redactor, Rules};
///
/// let rules = Rules::new().with(Kind::Ipv4).without(Kind::Email).with_literal("project", "Bluebird");
/// assert_eq!(
///     rules.redact("ann@example.com reaches Bluebird at 10.0.0.7"),
///     "ann@example.com reaches [REDACTED:project] at [REDACTED:ipv4]",
/// );
/// ```
#[derive(Clone)]
pub struct Rules {
    kinds: u16,
    custom: Vec<Custom>,
}

/// A rule of the user's own.
#[derive(Clone)]
struct Custom {
    name: &'static str,
    find: Find,
}

type Code = dyn Fn(&str) -> Vec<Range<usize>> + Send + Sync;

#[derive(Clone)]
enum Find {
    Code(Arc<Code>),
    Literal(String),
}

impl Find {
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Code(find) => find(text),
            Self::Literal(literal) => {
                let found = text.match_indices(literal.as_str());
                found.map(|(start, found)| start..start + found.len()).collect()
            }
        }
    }
}

impl Rules {
    /// Makes the rules of the default profile.
    #[must_use]
    pub fn new() -> Self {
        DEFAULT.iter().fold(Self::none(), |rules, kind| rules.with(*kind))
    }

    /// Makes the rules that look for everything, IP addresses and telephone numbers too.
    #[must_use]
    pub fn all() -> Self {
        OPT_IN.iter().fold(Self::new(), |rules, kind| rules.with(*kind))
    }

    /// Makes rules that look for nothing, to add to.
    #[must_use]
    pub fn none() -> Self {
        Self { kinds: 0, custom: Vec::new() }
    }

    /// Looks for a kind, too.
    #[must_use]
    pub fn with(mut self, kind: Kind) -> Self {
        self.kinds |= kind.bit();
        self
    }

    /// No longer looks for a kind.
    #[must_use]
    pub fn without(mut self, kind: Kind) -> Self {
        self.kinds &= !kind.bit();
        self
    }

    /// Adds a word that never leaves. Case matters.
    #[must_use]
    pub fn with_literal(mut self, name: &'static str, literal: impl Into<String>) -> Self {
        self.custom.push(Custom { name, find: Find::Literal(literal.into()) });
        self
    }

    /// Adds a rule of your own: what it finds is replaced by `[REDACTED:name]`.
    ///
    /// It is given the whole text and returns places in bytes. One that cuts a character is widened
    /// to hold it; one that is empty or outside of the text is ignored.
    ///
    /// ```
    /// use llm_trace::redact::{Redactor, Rules};
    ///
    /// // Ticket numbers: `T-` and what follows up to the next space.
    /// let rules = Rules::new().with_rule("ticket", |text| {
    ///     let starts = text.match_indices("T-").map(|(start, _)| start);
    ///     starts.map(|start| start..text[start..].find(' ').map_or(text.len(), |end| start + end)).collect()
    /// });
    /// assert_eq!(rules.redact("See T-2041 again"), "See [REDACTED:ticket] again");
    /// ```
    #[must_use]
    pub fn with_rule<F>(mut self, name: &'static str, find: F) -> Self
    where
        F: Fn(&str) -> Vec<Range<usize>> + Send + Sync + 'static,
    {
        self.custom.push(Custom { name, find: Find::Code(Arc::new(find)) });
        self
    }

    /// Returns whether code of the user's is among them, which may take any time.
    pub(crate) fn has_code(&self) -> bool {
        self.custom.iter().any(|rule| matches!(rule.find, Find::Code(_)))
    }

    /// Finds what must not leave, in order and without overlaps.
    ///
    /// ```
    /// use llm_trace::redact::{Kind, Rules};
    ///
    /// let found = Rules::new().find("To ann@example.com");
    /// assert_eq!((found[0].range.clone(), found[0].kind), (3..18, Kind::Email));
    /// ```
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        let mut found = scan::find(text, self.kinds);
        if !self.custom.is_empty() {
            for rule in &self.custom {
                let ranges = rule.find.find(text).into_iter();
                let ranges = ranges.filter_map(|range| widen(text, range));
                let kind = Kind::Custom(rule.name);
                found.extend(ranges.map(|range| Finding { range, kind }));
            }
            merge(&mut found);
        }
        found
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = DEFAULT.iter().chain(OPT_IN);
        let custom = self.custom.iter().map(|rule| Kind::Custom(rule.name));
        f.debug_set()
            .entries(kinds.copied().filter(|kind| self.kinds & kind.bit() != 0).chain(custom))
            .finish()
    }
}

impl Redactor for Rules {
    /// Replaces the whole value where the name says that it is a secret.
    fn redact_field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        match assign::of_field(name, value) {
            Some(kind) if self.kinds & kind.bit() != 0 => Cow::Owned(mark(kind)),
            _ => self.redact(value),
        }
    }

    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        let mut last = Kind::Password;
        // What stood beside a secret may be one by itself, where that is gone.
        for _ in 0..ROUNDS {
            let found = self.find(&text);
            let Some(first) = found.first() else { return text };
            last = first.kind;
            text = Cow::Owned(replace(&text, &found));
        }
        if self.find(&text).is_empty() { text } else { Cow::Owned(mark(last)) }
    }
}

/// What stands for a secret.
fn mark(kind: Kind) -> String {
    ["[REDACTED:", kind.as_str(), "]"].concat()
}

fn replace(text: &str, found: &[Finding]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Finding { range, kind } in found {
        out.push_str(&text[at..range.start]);
        out.push_str(&mark(*kind));
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Moves the ends of a range out to the nearest boundaries of characters.
fn widen(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let end = (range.end.min(text.len())..=text.len()).find(|end| text.is_char_boundary(*end))?;
    let start = (0..=range.start.min(end)).rev().find(|start| text.is_char_boundary(*start))?;
    (start < end).then_some(start..end)
}

/// Sorts, and makes one finding of those that overlap; the one that began first gives the kind.
fn merge(found: &mut Vec<Finding>) {
    found.sort_by_key(|finding| (finding.range.start, std::cmp::Reverse(finding.range.end)));
    let mut merged: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found.drain(..) {
        match merged.last_mut() {
            Some(last) if finding.range.start < last.range.end => {
                last.range.end = last.range.end.max(finding.range.end);
            }
            _ => merged.push(finding),
        }
    }
    *found = merged;
}
