//! Keeps the prices that were found, within bounds: a look-up of them allocates nothing.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{PoisonError, RwLock};

use crate::cost::{CostStatus, Terms};
use crate::pricing::query::{Query, Quote};

/// The most models, and the most answers for one of them; then it begins anew.
const MODELS: usize = 256;
const ANSWERS: usize = 64;
/// How long prices stay what they are: those that change with the hour do so on a full quarter.
const QUARTER: u64 = 15 * 60;

static CACHE: RwLock<BTreeMap<Box<str>, Vec<Known>>> = RwLock::new(BTreeMap::new());

/// What was found, and for which lengths of the input it holds.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// `None` if there is no price.
    pub(super) quote: Option<Quote>,
    pub(super) inputs: RangeInclusive<u64>,
}

/// An answer and all else it holds for.
#[derive(Debug)]
struct Known {
    provider: Option<Box<str>>,
    terms: Terms,
    quarter: u64,
    /// One bit per item that the call used.
    items: u32,
    answer: Answer,
}

impl Answer {
    /// An answer that holds for every length.
    pub(super) fn always(quote: Option<Quote>) -> Self {
        Self { quote, inputs: 0..=u64::MAX }
    }
}

/// Returns what is known, if anything is; that may be that there is no price.
pub(super) fn get(query: &Query<'_>) -> Option<Result<Quote, CostStatus>> {
    let cache = CACHE.read().unwrap_or_else(PoisonError::into_inner);
    let (quarter, items) = (quarter(query), query.counts.used_bits());
    cache
        .get(query.model)?
        .iter()
        .find(|known| {
            known.answer.inputs.contains(&query.input) && known.is_for(query, quarter, items)
        })
        .map(|known| known.answer.quote.clone().ok_or(CostStatus::NoPrice))
}

/// Keeps an answer.
pub(super) fn put(query: &Query<'_>, answer: Answer) {
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= MODELS && !cache.contains_key(query.model) {
        cache.clear();
    }
    let (quarter, items) = (quarter(query), query.counts.used_bits());
    let known = cache.entry(query.model.into()).or_default();
    if known.len() >= ANSWERS {
        known.clear();
    }
    known.retain(|known| known.quarter == quarter);
    let same = known
        .iter_mut()
        .find(|known| known.answer.quote == answer.quote && known.is_for(query, quarter, items));
    match same {
        // Prices change once with the length: what has the same at both ends has it between.
        Some(same) => {
            let (one, other) = (&same.answer.inputs, &answer.inputs);
            same.answer.inputs = *one.start().min(other.start())..=*one.end().max(other.end());
        }
        None => known.push(Known {
            provider: query.provider.map(Into::into),
            terms: query.terms,
            quarter,
            items,
            answer,
        }),
    }
}

impl Known {
    fn is_for(&self, query: &Query<'_>, quarter: u64, items: u32) -> bool {
        self.items == items
            && self.quarter == quarter
            && self.terms == query.terms
            && self.provider.as_deref() == query.provider
    }
}

fn quarter(query: &Query<'_>) -> u64 {
    query.seconds() / QUARTER
}
