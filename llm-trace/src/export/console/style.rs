//! Owns what the terminal allows: width, glyphs, colour, and text that cannot steer it.

use std::borrow::Cow;
use std::io::{self, IsTerminal};

use terminal_size::{Width, terminal_size_of};

use crate::forest::{ASCII as ASCII_BRANCHES, Branches, UNICODE as UNICODE_BRANCHES};

/// What is assumed when nobody says how wide the terminal is.
const WIDTH: usize = 100;

/// How a tree is drawn.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) width: usize,
    pub(super) glyphs: &'static Glyphs,
    pub(super) colour: bool,
}

/// The characters that a tree is drawn with.
#[derive(Debug)]
pub(super) struct Glyphs {
    unicode: bool,
    pub(super) branches: &'static Branches,
    pub(super) left_wall: &'static str,
    pub(super) right_wall: &'static str,
    pub(super) bar: &'static str,
    /// A span too short for the bar.
    pub(super) instant: &'static str,
    pub(super) ellipsis: &'static str,
    pub(super) arrow: &'static str,
    pub(super) micro: &'static str,
}

pub(super) const UNICODE: Glyphs = Glyphs {
    unicode: true,
    branches: &UNICODE_BRANCHES,
    left_wall: "▕",
    right_wall: "▏",
    bar: "█",
    instant: "▏",
    ellipsis: "…",
    arrow: "→",
    micro: "µs",
};

pub(super) const ASCII: Glyphs = Glyphs {
    unicode: false,
    branches: &ASCII_BRANCHES,
    left_wall: "|",
    right_wall: "|",
    bar: "#",
    instant: ":",
    ellipsis: "...",
    arrow: "->",
    micro: "us",
};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Paint {
    Plain,
    Dim,
    Bar,
    Cost,
    Warning,
    Failure,
}

impl Style {
    /// Returns the style that stderr and the environment ask for.
    pub(super) fn of_stderr() -> Self {
        let columns = terminal_size_of(io::stderr()).map(|(Width(columns), _)| columns.into());
        Self::new(|name| std::env::var(name).ok(), io::stderr().is_terminal(), columns)
    }

    fn new(
        variable: impl Fn(&str) -> Option<String>,
        terminal: bool,
        columns: Option<usize>,
    ) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        // Shells rarely export it: where they do, somebody means it.
        let width = set("COLUMNS").and_then(|columns| columns.parse().ok()).or(columns);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let colour = if set("NO_COLOR").is_some() {
            false
        } else if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
            true
        } else {
            terminal && set("TERM").is_none_or(|term| term != "dumb")
        };
        Self {
            width: width.unwrap_or(WIDTH).clamp(40, 240),
            glyphs: if locale.is_some_and(|locale| !may_be_utf8(&locale)) {
                &ASCII
            } else {
                &UNICODE
            },
            colour,
        }
    }

    /// Returns text that others wrote, at most `limit` characters, as harmless to a terminal.
    ///
    /// Escapes what moves the cursor, changes colour, hides or turns text around.
    pub(super) fn clean(&self, text: &str, limit: usize) -> String {
        let mut clean = String::with_capacity(text.len().min(limit));
        for c in text.chars().take(limit + 1) {
            match c {
                ' '..='~' => clean.push(c),
                _ if self.glyphs.unicode => clean.extend(c.escape_debug()),
                _ => clean.extend(c.escape_default()),
            }
        }
        self.clip(&clean, limit).into_owned()
    }

    /// Returns at most `limit` characters of `text`, the last of them an ellipsis if some are left out.
    pub(super) fn clip<'a>(&self, text: &'a str, limit: usize) -> Cow<'a, str> {
        let ellipsis = self.glyphs.ellipsis;
        if columns(text) <= limit {
            return Cow::Borrowed(text);
        }
        let kept = text.chars().take(limit.saturating_sub(columns(ellipsis)));
        Cow::Owned(kept.chain(ellipsis.chars()).collect())
    }

    /// Appends `text`, in colour where colour is on.
    pub(super) fn paint(&self, out: &mut String, paint: Paint, text: &str) {
        let code = match paint {
            Paint::Plain => "",
            Paint::Dim => "\x1b[2m",
            Paint::Bar => "\x1b[36m",
            Paint::Cost => "\x1b[32m",
            Paint::Warning => "\x1b[33m",
            Paint::Failure => "\x1b[31m",
        };
        if !self.colour || code.is_empty() || text.is_empty() {
            out.push_str(text);
        } else {
            out.extend([code, text, "\x1b[0m"]);
        }
    }
}

/// Returns how many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Returns whether a locale may be UTF-8: only one that names another encoding, or none, is not.
fn may_be_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    match locale.split_once('.') {
        Some((_, encoding)) => encoding.starts_with("utf-8") || encoding.starts_with("utf8"),
        None => locale != "c" && locale != "posix",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(variables: &[(&str, &str)], terminal: bool) -> Style {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Style::new(variable, terminal, None)
    }

    #[test]
    fn colour_is_for_terminals_unless_somebody_says_otherwise() {
        for (variables, terminal, expected) in [
            (&[][..], true, true),
            (&[], false, false),
            (&[("TERM", "dumb")], true, false),
            (&[("TERM", "xterm")], true, true),
            (&[("NO_COLOR", "1")], true, false),
            (&[("NO_COLOR", "")], true, true),
            (&[("CLICOLOR_FORCE", "1")], false, true),
            (&[("CLICOLOR_FORCE", "0")], false, false),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true, false),
        ] {
            assert_eq!(style(variables, terminal).colour, expected, "{variables:?}, {terminal}");
        }
    }

    #[test]
    fn ascii_is_for_locales_that_are_clearly_not_utf8() {
        for (variables, unicode) in [
            (&[][..], true),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "de_DE")], true),
            (&[("LANG", "C")], false),
            (&[("LC_CTYPE", "POSIX")], false),
            (&[("LANG", "de_DE.ISO-8859-1")], false),
            (&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], false),
            (&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")], true),
        ] {
            assert_eq!(style(variables, true).glyphs.unicode, unicode, "{variables:?}");
        }
    }

    #[test]
    fn the_width_is_that_of_the_terminal_within_reason() {
        for (columns, expected) in
            [("80", 80), ("1", 40), ("100000", 240), ("wide", WIDTH), ("", WIDTH)]
        {
            assert_eq!(style(&[("COLUMNS", columns)], true).width, expected, "{columns}");
        }
        assert_eq!(Style::new(|_| None, true, Some(72)).width, 72);
        assert_eq!(
            Style::new(|name| (name == "COLUMNS").then(|| "90".into()), true, Some(72)).width,
            90
        );
    }

    #[test]
    fn hostile_text_is_escaped() {
        let unicode = Style { width: WIDTH, glyphs: &UNICODE, colour: false };
        let ascii = Style { glyphs: &ASCII, ..unicode.clone() };
        for (text, in_unicode, in_ascii) in [
            ("plain 'text' \\ \"x\"", "plain 'text' \\ \"x\"", "plain 'text' \\ \"x\""),
            ("\x1b[2Jgone", r"\u{1b}[2Jgone", r"\u{1b}[2Jgone"),
            ("two\r\nlines\t", r"two\r\nlines\t", r"two\r\nlines\t"),
            ("\u{9b}31m", r"\u{9b}31m", r"\u{9b}31m"),
            ("a\u{202e}b\u{200b}", r"a\u{202e}b\u{200b}", r"a\u{202e}b\u{200b}"),
            ("größe", "größe", r"gr\u{f6}\u{df}e"),
        ] {
            assert_eq!(unicode.clean(text, 40), in_unicode, "{text:?}");
            assert_eq!(ascii.clean(text, 40), in_ascii, "{text:?}");
        }
        assert_eq!(unicode.clean("0123456789", 5), "0123…");
        assert_eq!(ascii.clean("0123456789", 5), "01...");
        assert_eq!(unicode.clean("01234", 5), "01234");
    }
}
