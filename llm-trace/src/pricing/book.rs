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
    write(|book| book.registered.push(entry));
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
}
