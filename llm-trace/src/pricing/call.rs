//! Owns [`Call`]: asks everybody who may know, in order, for the prices of a call.

use std::time::SystemTime;

use opentelemetry::StringValue;

use crate::cost::{Cost, CostSource, CostStatus, Terms};
use crate::pricing::counts::Counts;
use crate::pricing::query::Query;
use crate::pricing::{book, catalog};
use crate::usage::Usage;

/// What the cost of a call is made of.
pub(super) struct Call<'a> {
    pub(super) provider: Option<&'a str>,
    /// The model that answered, then the one that was asked.
    pub(super) models: [Option<&'a str>; 2],
    pub(super) usage: &'a Usage,
    pub(super) terms: Terms,
    pub(super) at: SystemTime,
}

impl Call<'_> {
    pub(super) fn cost(&self) -> Result<Cost, CostStatus> {
        if self.terms.is_partial {
            return Err(CostStatus::NoUsage);
        }
        let counts = Counts::of(self.usage)?;
        let input = self.usage.input().unwrap_or(0);
        if let Some((source, entry)) = book::find(self.provider, self.models) {
            let dollars = entry.rates.total(&counts)?;
            return Ok(Cost { dollars, source, as_of: entry.as_of, model: Some(entry.model) });
        }
        let mut status = CostStatus::NoPrice;
        for model in self.models.into_iter().flatten() {
            let Self { provider, terms, at, .. } = *self;
            match catalog::quote(&Query { provider, model, counts: &counts, input, terms, at }) {
                Ok(quote) => {
                    return Ok(Cost {
                        dollars: quote.rates.total(&counts)?,
                        source: CostSource::GenaiPrices,
                        as_of: Some(StringValue::from(quote.as_of)),
                        model: Some(quote.model),
                    });
                }
                Err(why) => status = why,
            }
        }
        Err(status)
    }
}
