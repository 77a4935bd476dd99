//! Owns the committed form of the catalog, one line per span, and what it says of a difference.

use std::fmt::Write;

use super::CatalogEntry;

const HEADER: &str = "\
# The spans of this program: name | operation | module | keys.
# Written by the test that reads it, with LLM_TRACE_BLESS=1.
";
const BETWEEN: &str = " | ";

/// A line of the file.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Line<'a> {
    name: &'a str,
    operation: &'a str,
    module: &'a str,
    keys: String,
}

pub(super) fn render(entries: &[CatalogEntry]) -> String {
    let mut text = HEADER.to_owned();
    for line in entries.iter().map(Line::of) {
        text.push_str(&[line.name, line.operation, line.module, &line.keys].join(BETWEEN));
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Says what was added, removed, renamed or changed, one line each; `None` if nothing was.
pub(super) fn difference(committed: &str, entries: &[CatalogEntry]) -> Option<String> {
    let committed = committed.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut removed: Vec<Line<'_>> = committed.map(Line::parse).collect();
    let mut added = Vec::new();
    for entry in entries {
        let line = Line::of(entry);
        match removed.iter().position(|before| *before == line) {
            Some(at) => drop(removed.remove(at)),
            None => added.push((line, entry)),
        }
    }
    let mut text = String::new();
    for (line, entry) in added {
        let at = format!("({}:{})", entry.file, entry.line);
        let said = if let Some(before) = take(&mut removed, |before| line.has_keys_of(before)) {
            if before.name == line.name {
                format!("  {:8} {} {} -> {} {at}", "moved", line.name, before.module, line.module)
            } else {
                format!("  {:8} {} -> {} {at}", "renamed", before.name, line.name)
            }
        } else if let Some(before) = take(&mut removed, |before| line.has_name_of(before)) {
            format!("  {:8} {} {{{}}} -> {{{}}} {at}", "changed", line.name, before.keys, line.keys)
        } else {
            format!("  {:8} {} {at}", "added", line.name)
        };
        text.push_str(&said);
        text.push('\n');
    }
    for line in removed {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:8} {} (was in {})", "removed", line.name, line.module);
    }
    (!text.is_empty()).then_some(text)
}

fn take<'a>(lines: &mut Vec<Line<'a>>, wanted: impl Fn(&Line<'a>) -> bool) -> Option<Line<'a>> {
    let at = lines.iter().position(wanted)?;
    Some(lines.remove(at))
}

impl<'a> Line<'a> {
    fn of(entry: &'a CatalogEntry) -> Self {
        let CatalogEntry { name, operation, module, .. } = entry;
        Self { name, operation, module, keys: entry.keys.join(", ") }
    }

    fn parse(line: &'a str) -> Self {
        let mut parts = line.split(BETWEEN).map(str::trim);
        let mut next = || parts.next().unwrap_or_default().trim_end_matches(" |");
        Self { name: next(), operation: next(), module: next(), keys: next().to_owned() }
    }

    /// Whether only the name, or only the module, is another.
    fn has_keys_of(&self, before: &Self) -> bool {
        let is_same = self.operation == before.operation && self.keys == before.keys;
        is_same && (self.module == before.module || self.name == before.name)
    }

    fn has_name_of(&self, before: &Self) -> bool {
        self.name == before.name && self.module == before.module
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, module: &'static str, keys: &[&'static str]) -> CatalogEntry {
        let (name, keys) = (name.to_owned(), keys.to_vec());
        CatalogEntry { name, operation: "chat", keys, module, file: "src/lib.rs", line: 7 }
    }

    #[test]
    fn what_was_written_is_no_difference() {
        let entries = [entry("chat a", "app", &[]), entry("chat b", "app::b", &["app.x", "seed"])];
        let text = render(&entries);

        assert!(text.ends_with("chat a | chat | app |\nchat b | chat | app::b | app.x, seed\n"));
        assert_eq!(difference(&text, &entries), None);
    }

    #[test]
    fn a_difference_says_what_became_of_each_span() {
        let was = render(&[
            entry("chat gone", "app::other", &["seed"]),
            entry("chat kept", "app", &[]),
            entry("chat more", "app", &["seed"]),
            entry("chat old", "app", &["top_p"]),
            entry("chat there", "app", &["user"]),
        ]);
        let is = [
            entry("chat fresh", "app::fresh", &[]),
            entry("chat kept", "app", &[]),
            entry("chat more", "app", &["seed", "user"]),
            entry("chat new", "app", &["top_p"]),
            entry("chat there", "app::here", &["user"]),
        ];

        assert_eq!(
            difference(&was, &is).unwrap_or_default(),
            "  added    chat fresh (src/lib.rs:7)\n  \
               changed  chat more {seed} -> {seed, user} (src/lib.rs:7)\n  \
               renamed  chat old -> chat new (src/lib.rs:7)\n  \
               moved    chat there app -> app::here (src/lib.rs:7)\n  \
               removed  chat gone (was in app::other)\n",
        );
    }
}
