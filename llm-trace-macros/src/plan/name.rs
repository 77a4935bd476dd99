//! Says of a literal that is no stable name what to write instead.

use syn::Ident;

use crate::plan::stable::{model_fault, name_fault};
use crate::words::{Key, Operation};

/// Returns why `text` is no stable value for `key`.
pub(super) fn fault(key: Key, text: &str) -> Option<String> {
    let (what, example) = (key.name(), example(key));
    if key == Key::Model {
        let fault = model_fault(text)?;
        // What a model is known as at run time only is written without quotes.
        let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        if let Some(inside) = inside.filter(|it| syn::parse_str::<Ident>(it).is_ok()) {
            return Some(format!(
                "`model` is not filled in; without quotes, write `model = {inside}`"
            ));
        }
        return Some(format!("`model`{}, as in `model = \"{example}\"`", predicate(fault)));
    }
    let fault = name_fault(text)?;
    Some(format!("`{what}`{}, as in `{what} = \"{example}\"`", predicate(fault)))
}

/// What is said of `this name`.
fn predicate(fault: &str) -> &str {
    fault.strip_prefix("this name").unwrap_or(fault)
}

/// A value that `key` could have.
pub(super) fn example(key: Key) -> &'static str {
    let operation = Operation::ALL.iter().rev().find(|operation| operation.named_by() == key);
    match (key, operation) {
        (Key::Model, _) => Operation::Chat.example(),
        (Key::Provider, _) => "openai",
        (_, Some(operation)) => operation.example(),
        (_, None) => "agent.planner",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Model ids of twenty providers, and names of agents, tools, workflows and data sources.
    const ORDINARY: &str = include_str!("testdata/ordinary-names.txt");

    #[test]
    fn names_that_change_are_refused() {
        for (name, reason) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("chat {user}", "has a `{`"),
            ("plan\nnow", "has a line break"),
            ("plan\u{85}now", "has a line break"),
            ("what is the weather?", "has a `?`"),
            (&"x".repeat(65), "is longer than 64 bytes"),
            ("ada@example.com", "has an address"),
            ("https://example.com/users/17", "has an address"),
            ("plan a trip to Rome", "has more than four words"),
            ("plan 67e55044-10b1-426f-9247-bb680e5fe0c8", "has a UUID"),
            ("67E55044-10B1-426F-9247-BB680E5FE0C8", "has a UUID"),
            ("report 2026-11-20", "has a date"),
            ("report/2026/11/20", "has a date"),
            ("order 1234567", "has a long number"),
            ("run-a1b2c3d4", "has a hexadecimal id"),
        ] {
            for key in [Key::Agent, Key::Retrieval, Key::Name] {
                let (fault, key) = (fault(key, name).unwrap_or_default(), key.name());
                assert!(fault.starts_with(&format!("`{key}` {reason}")), "{name:?}: {fault}");
                assert!(fault.contains(&format!(", as in `{key} = \"")), "{fault}");
                assert!(fault.len() <= 112, "{fault}");
            }
        }
    }

    #[test]
    fn models_that_no_provider_knows_are_refused() {
        for (model, reason) in [
            ("", "`model` is empty"),
            ("gpt 4o", "`model` has a space"),
            (" gpt-4o", "`model` has a space"),
            ("{model}", "`model` is not filled in; without quotes, write `model = model`"),
            ("{}", "`model` has a `{`"),
            ("gpt\n", "`model` has a line break"),
            ("gpt?", "`model` has a `?`"),
            (&"x".repeat(97), "`model` is longer than 96 bytes"),
        ] {
            let fault = fault(Key::Model, model).unwrap_or_default();
            assert!(fault.starts_with(reason), "{model:?}: {fault}");
        }
    }

    #[test]
    fn no_ordinary_name_is_refused() {
        let mut seen = std::collections::BTreeSet::new();
        for line in ORDINARY.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, name) = line.split_once(' ').unwrap();
            let key = Key::from_name(key).unwrap();
            assert_eq!(fault(key, name), None, "{line}");
            assert!(seen.insert(line), "{line} is there twice");
        }
        assert!(seen.len() >= 300, "only {} names", seen.len());
    }
}
