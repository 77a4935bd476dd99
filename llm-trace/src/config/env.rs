//! Owns reading one variable: unset, empty, number, boolean, list of words.

use std::str::FromStr;
use std::time::Duration;

use super::InitError;

/// The environment, as a function from name to value.
pub(super) struct Env<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Env<'_> {
    /// Returns the value without surrounding space; an empty one counts as unset.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Returns the first of `names` that is set, with its value.
    pub(super) fn first<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Option<(&'static str, String)> {
        names.into_iter().find_map(|name| Some((name, self.get(name)?)))
    }

    /// Returns a boolean; unset is `false`.
    pub(super) fn is_true(&self, name: &'static str) -> Result<bool, InitError> {
        let Some(value) = self.get(name) else { return Ok(false) };
        match value.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(wrong(name, value, "`true` or `false`")),
        }
    }

    /// Returns a duration that is written in milliseconds.
    pub(super) fn millis<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Result<Option<Duration>, InitError> {
        Ok(self.count(names, "milliseconds, such as 5000")?.map(Duration::from_millis))
    }

    /// Returns a number of at least one.
    pub(super) fn count<N: FromStr + PartialOrd + Default, const V: usize>(
        &self,
        names: [&'static str; V],
        accepted: &'static str,
    ) -> Result<Option<N>, InitError> {
        let Some((name, value)) = self.first(names) else { return Ok(None) };
        match value.parse() {
            Ok(count) if count > N::default() => Ok(Some(count)),
            _ => Err(wrong(name, value, accepted)),
        }
    }

    /// Returns the first boolean that is set; unset is `false`.
    pub(super) fn is_first_true(&self, names: [&'static str; 2]) -> Result<bool, InitError> {
        self.first(names).map_or(Ok(false), |(name, _)| self.is_true(name))
    }

    /// Returns a number that may be nought.
    pub(super) fn whole(
        &self,
        names: [&'static str; 2],
        accepted: &'static str,
    ) -> Result<Option<usize>, InitError> {
        let Some((name, value)) = self.first(names) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| wrong(name, value, accepted))
    }

    /// Returns the keys of a comma-separated list, as they are written; `none` is an empty list.
    pub(super) fn keys(&self, name: &str) -> Option<Vec<String>> {
        let value = self.get(name)?;
        let keys = value.split(',').map(str::trim).filter(|key| !key.is_empty() && *key != "none");
        Some(keys.map(str::to_owned).collect())
    }

    /// Returns the words of a comma-separated list, in lower case; unset is `None`.
    pub(super) fn words(&self, name: &str) -> Option<Vec<String>> {
        let value = self.get(name)?;
        Some(value.split(',').map(|word| word.trim().to_ascii_lowercase()).collect())
    }
}

/// Says that a variable has a value that is not accepted.
pub(super) fn wrong(
    name: &'static str,
    value: impl Into<String>,
    accepted: &'static str,
) -> InitError {
    InitError::Variable { name, value: value.into(), accepted: accepted.into() }
}
