//! Owns [`Query`], what decides about the prices of a call, and [`Quote`], the prices.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::StringValue;

use crate::cost::{Terms, Tier};
use crate::pricing::counts::Counts;
use crate::pricing::rates::{Item, Rates};

/// What decides about the prices of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a> {
    pub(super) provider: Option<&'a str>,
    pub(super) model: &'a str,
    pub(super) counts: &'a Counts,
    /// All tokens of the input: they decide whether the context is a long one.
    pub(super) input: u64,
    pub(super) terms: Terms,
    pub(super) at: SystemTime,
}

/// The prices of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quote {
    pub(super) rates: Rates,
    /// The model whose prices they are.
    pub(super) model: StringValue,
    pub(super) as_of: &'static str,
}

impl Query<'_> {
    pub(super) fn tier(&self) -> Tier {
        let Terms { tier, is_fast, .. } = self.terms;
        if is_fast { Tier::Fast } else { tier.unwrap_or(Tier::Standard) }
    }

    /// Returns the items that the call used, or may have used.
    pub(super) fn used(&self) -> impl Iterator<Item = Item> {
        self.counts
            .iter()
            .filter(|(_, count)| count.is_none_or(|count| count > 0))
            .map(|(item, _)| item)
    }

    /// Returns the second since 1970 at which the call was made.
    pub(super) fn seconds(&self) -> u64 {
        self.at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
