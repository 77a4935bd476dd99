//! Owns the prices that the program and its price file give, and finds the one that fits best.

use std::sync::{PoisonError, RwLock};

use opentelemetry::StringValue;

use crate::cost::CostSource;
use crate::pricing::rates::Rates;

static BOOK: RwLock<Book> = RwLock::new(Book { registered: Vec::new(), file: Vec::new() });

#[derive(Debug)]
struct Book {
    registered: Vec<Entry>,
    file: Vec<Entry>,
}

/// The price of a model, or of all whose names begin alike.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// A model's name; a `*` at its end stands for any rest.
    pub(super) model: StringValue,
    pub(super) provider: Option<String>,
    pub(super) rates: Rates,
    pub(super) as_of: Option<StringValue>,
}

/// Adds what the program registers.
pub(super) fn register(entry: Entry) {
    write(|book| add(&mut book.registered, entry));
}

/// Adds an entry in place of the one that is for the same calls: prices may be refreshed for ever.
fn add(entries: &mut Vec<Entry>, entry: Entry) {
    entries.retain(|other| !other.is_like(&entry));
    entries.push(entry);
}

/// Replaces the prices of the file.
pub(super) fn set_file(entries: Vec<Entry>) {
    write(|book| book.file = entries);
}

fn write(change: impl FnOnce(&mut Book)) {
    change(&mut BOOK.write().unwrap_or_else(PoisonError::into_inner));
}

/// Finds the price of the first of `models` that has one; what is registered goes first.
pub(super) fn find(
    provider: Option<&str>,
    models: [Option<&str>; 2],
) -> Option<(CostSource, Entry)> {
    let book = BOOK.read().unwrap_or_else(PoisonError::into_inner);
    [(CostSource::Registered, &book.registered), (CostSource::Override, &book.file)]
        .into_iter()
        .find_map(|(source, entries)| {
            let entry = models.iter().flatten().find_map(|model| best(entries, provider, model))?;
            Some((source, entry.clone()))
        })
}

/// Finds the entry that says most of the call; of two that say the same, the last.
fn best<'a>(entries: &'a [Entry], provider: Option<&str>, model: &str) -> Option<&'a Entry> {
    entries
        .iter()
        .filter_map(|entry| Some((entry.fit(provider, model)?, entry)))
        .max_by_key(|(fit, _)| *fit)
        .map(|(_, entry)| entry)
}

impl Entry {
    /// Returns whether another entry is for the same models and the same provider.
    fn is_like(&self, other: &Self) -> bool {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        same(self.model.as_str(), other.model.as_str())
            && match (&self.provider, &other.provider) {
                (Some(one), Some(other)) => same(one, other),
                (one, other) => one.is_none() && other.is_none(),
            }
    }

    /// Returns how much of the model's name the entry has, and whether it has the provider.
    fn fit(&self, provider: Option<&str>, model: &str) -> Option<(usize, bool)> {
        if let Some(ours) = &self.provider
            && !provider.is_some_and(|provider| provider.eq_ignore_ascii_case(ours))
        {
            return None;
        }
        let pattern = self.model.as_str();
        let length = match pattern.strip_suffix('*') {
            Some(start) => {
                let begins = model.get(..start.len())?.eq_ignore_ascii_case(start);
                begins.then_some(start.len())
            }
            None => model.eq_ignore_ascii_case(pattern).then_some(usize::MAX),
        };
        Some((length?, self.provider.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(model: &'static str, provider: Option<&str>) -> Entry {
        let provider = provider.map(str::to_owned);
        Entry { model: model.into(), provider, rates: Rates::default(), as_of: None }
    }

    #[test]
    fn the_entry_that_says_most_of_the_call_wins() {
        let entries = [
            entry("*", None),
            entry("acme-large", None),
            entry("acme-*", None),
            entry("acme-*", Some("acme")),
            entry("acme-large", Some("other")),
        ];

        for (provider, model, expected) in [
            (None, "acme-large", Some(1)),
            (Some("acme"), "acme-large", Some(1)),
            (Some("OTHER"), "ACME-large", Some(4)),
            (Some("acme"), "acme-small", Some(3)),
            (Some("other"), "acme-small", Some(2)),
            (None, "gpt-4o", Some(0)),
        ] {
            let found = best(&entries, provider, model);

            assert!(
                expected.map(|at: usize| &raw const entries[at]) == found.map(std::ptr::from_ref),
                "{provider:?} {model}: {found:?}"
            );
        }
        assert!(best(&entries[1..], None, "gpt-4o").is_none());
    }

    #[test]
    fn a_price_that_is_registered_again_replaces_the_one_before() {
        let mut entries = Vec::new();
        for round in 0..1000 {
            let mut registered = entry("acme-*", None);
            registered.as_of = Some(round.to_string().into());
            add(&mut entries, registered);
            add(&mut entries, entry("ACME-*", Some("acme")));
        }

        assert_eq!(entries.len(), 2);
        let found = best(&entries, Some("other"), "acme-1").and_then(|it| it.as_of.clone());
        assert_eq!(found.as_ref().map(StringValue::as_str), Some("999"));
    }
}
