//! Collects every mistake in one attribute, so that one compile shows them all, and finds the word
//! that was probably meant.

use std::fmt::Display;
use std::thread;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far. Must be [finished](Diagnostics::finish): an error cannot be lost.
pub(crate) struct Diagnostics {
    errors: Vec<Error>,
    finished: bool,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self { errors: Vec::new(), finished: false }
    }

    /// Reports a mistake at `tokens`. The message says what to write.
    pub(crate) fn report(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: Error) {
        self.errors.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns one `compile_error!` per mistake.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.finished = true;
        self.errors.iter().map(Error::to_compile_error).collect()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(self.finished || thread::panicking(), "diagnostics were dropped unread");
    }
}

/// Returns ``; did you mean `model`?`` if one of `known` is close to `word`, else `otherwise`.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(word, known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

/// Returns the word of `known` that is one or two typos away from `word`.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // In a short word two typos make another word.
    let allowed = if word.len() < 4 { 1 } else { 2 };
    known
        .into_iter()
        .map(|known| (typos(word, known), known))
        .filter(|(typos, _)| *typos <= allowed)
        .min_by_key(|(typos, _)| *typos)
        .map(|(_, known)| known)
}

/// Counts inserted, lost and wrong letters; two neighbours swapped are one typo.
fn typos(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let wrong = last[j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut cost = wrong.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                let swapped: usize = before_last[j - 2];
                cost = cost.min(swapped + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_typo() {
        for (left, right, expected) in [
            ("model", "model", 0),
            ("modle", "model", 1),
            ("mdl", "model", 2),
            ("provder", "provider", 1),
            ("", "user", 4),
        ] {
            assert_eq!(typos(left, right), expected, "{left} and {right}");
        }
    }

    #[test]
    fn a_word_that_is_not_close_suggests_nothing() {
        assert_eq!(nearest("modle", ["tool", "model"]), Some("model"));
        assert_eq!(nearest("vendor", ["tool", "model"]), None);
        assert_eq!(nearest("foo", ["tool"]), None);
    }
}
