//! Owns [`Policy`]: what happens to a value, by its key, its place, and what the user has chosen.

use super::keys::{Class, Family, class};
use crate::content::Capture;

/// What may leave, and what the user says beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    pub(super) capture: Capture,
    pub(super) error_text: bool,
    /// Patterns of keys that are not closed.
    pub(super) open: Vec<String>,
    /// Patterns of keys that are.
    pub(super) closed: Vec<String>,
    /// Starts of targets whose events say nothing that is secret.
    pub(super) open_targets: Vec<String>,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Span,
    /// An event or a log record; what `tracing` takes there may be anything.
    Event {
        is_open: bool,
    },
}

/// What happens to a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    Pass,
    /// Passes if it looks like a word, and is redacted if not.
    Word,
    Redact,
    /// Is redacted, and loses its query.
    Address,
    /// Is redacted, unless it looks like something that a client sent or received.
    Doubt,
    Close(Family),
}

impl Policy {
    pub(super) fn fate(&self, key: &str, place: Place, capture: Capture) -> Fate {
        let is_off = capture == Capture::Off;
        let class = class(key);
        if self.closed.iter().any(|pattern| matches(pattern, key)) {
            return Fate::Close(match class {
                Class::Content(family) => family,
                _ => Family::Other,
            });
        }
        if self.open.iter().any(|pattern| matches(pattern, key)) {
            return Fate::Redact;
        }
        let closed_here = (place == Place::Event { is_open: false }).then_some(Family::Other);
        match class {
            Class::Word => Fate::Word,
            Class::Address if is_off => Fate::Address,
            Class::Content(Family::Error) if !self.error_text => Fate::Close(Family::Error),
            Class::Content(Family::Error) => Fate::Redact,
            Class::Content(Family::Text) if place == (Place::Event { is_open: true }) => {
                Fate::Redact
            }
            Class::Content(family) if is_off => Fate::Close(family),
            Class::Content(_) if capture == Capture::Full => Fate::Pass,
            Class::Unknown if is_off => closed_here.map_or(Fate::Doubt, Fate::Close),
            Class::Address | Class::Content(_) | Class::Plain | Class::Unknown => Fate::Redact,
        }
    }

    /// Returns whether the texts of a target's events are no content.
    pub(super) fn is_open_target(&self, target: &str) -> bool {
        self.open_targets.iter().any(|open| {
            target
                .strip_prefix(open.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    }
}

/// Returns whether a key has the form of a pattern, in which `*` stands for anything.
fn matches(pattern: &str, key: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = key.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// How the texts begin that stand for others.
const MARKERS: &[&str] = &["[REDACTED:", "[WITHHELD:", "[closed]"];

/// Returns whether a text looks like what a client sent or received. What passed a gate before does not.
pub(super) fn is_payload(text: &str) -> bool {
    let is_json = text.trim_ascii_start().starts_with(['{', '[']);
    let is_gated = || MARKERS.iter().any(|marker| text.starts_with(marker));
    text.len() > 1024 || text.contains('\n') || (is_json && !is_gated())
}

/// Returns an address without what may be anything.
pub(super) fn without_query(address: &str) -> Option<String> {
    address.find(['?', '#']).map(|at| format!("{}?[closed]", &address[..at]))
}

/// The crates that send and receive what calls say; their own events say it too.
const CLIENTS: &[&str] = &[
    "anthropic",
    "async_openai",
    "aws_",
    "genai",
    "gemini",
    "h2",
    "hyper",
    "langchain",
    "mistralai",
    "ollama",
    "openai",
    "reqwest",
    "rig",
    "rmcp",
    "rustls",
    "swiftide",
    "tonic",
    "tower",
    "tungstenite",
    "ureq",
    "want",
];

/// Returns whether an event is of those by which clients show what they send and receive.
pub(super) fn is_of_client(target: &str, level: &str) -> bool {
    let krate = target.split("::").next().unwrap_or_default();
    let is_client = CLIENTS.iter().any(|client| krate.starts_with(client));
    is_client && !matches!(level, "ERROR" | "INFO" | "WARN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, key, expected) in [
            ("app.tenant", "app.tenant", true),
            ("app.tenant", "app.tenants", false),
            ("app.*", "app.tenant.name", true),
            ("*.name", "app.tenant.name", true),
            ("a*b*c", "a12b34c", true),
            ("a*b*c", "a12c", false),
            ("*", "anything", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, key), expected, "{pattern} {key}");
        }
    }

    #[test]
    fn what_the_user_says_goes_before_what_the_key_says() {
        let policy = Policy {
            open: vec!["app.*".into(), "error.message".into()],
            closed: vec!["app.secret".into(), "db.*".into()],
            open_targets: vec!["shop".into()],
            ..Policy::default()
        };
        let fate = |key| policy.fate(key, Place::Span, Capture::Off);

        assert_eq!(fate("app.prompt"), Fate::Redact);
        assert_eq!(fate("error.message"), Fate::Redact);
        assert_eq!(fate("app.secret"), Fate::Close(Family::Other));
        assert_eq!(fate("db.query.text"), Fate::Close(Family::Other));
        assert_eq!(fate("gen_ai.prompt"), Fate::Close(Family::Input));
        assert!(policy.is_open_target("shop::cart") && !policy.is_open_target("shopping"));
    }
}
