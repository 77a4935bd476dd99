//! Owns [`Price`]: what a program says a model costs.

use crate::pricing::rates::{Item, Rates};
use crate::provider::Provider;

/// What a model costs, for [`register_price`](super::register_price).
///
/// A call that reads or writes a cache whose price is not given has no cost, for none would be
/// right. A price that is negative or not a number counts as not given.
///
/// ```
/// use llm_trace::{Price, Provider, Usage};
///
/// let price = Price::per_million(3.0, 15.0).with_cache_read(0.3).with_cache_write(3.75);
/// llm_trace::register_price("acme-cached-*", price);
///
/// let usage = Usage::cache_inclusive(10_000, 500).with_cache_read(5_000);
/// let cost = llm_trace::cost_of(&Provider::custom("acme"), "acme-cached-2", &usage)?;
/// assert_eq!(cost.dollars(), 0.024);
/// # Ok::<(), llm_trace::CostStatus>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a price does nothing until it is registered"]
pub struct Price {
    pub(super) rates: Rates,
    pub(super) provider: Option<Provider>,
}

impl Price {
    /// A price in US dollars per million tokens of input and of output.
    pub fn per_million(input: f64, output: f64) -> Self {
        let rates = Rates::default().with(Item::Input, input).with(Item::Output, output);
        Self { rates, provider: None }
    }

    /// Adds the price of a million input tokens that are read from a cache.
    pub fn with_cache_read(self, dollars: f64) -> Self {
        self.with(Item::CacheRead, dollars)
    }

    /// Adds the price of a million input tokens that are written to a cache.
    pub fn with_cache_write(self, dollars: f64) -> Self {
        self.with(Item::CacheWrite, dollars)
    }

    /// Adds the price of a million input tokens that are written to a cache for an hour.
    pub fn with_cache_write_one_hour(self, dollars: f64) -> Self {
        self.with(Item::CacheWriteOneHour, dollars)
    }

    /// Adds what each call costs beside its tokens.
    pub fn with_request_fee(self, dollars: f64) -> Self {
        self.with(Item::Request, dollars)
    }

    /// Restricts the price to the calls of one provider.
    ///
    /// Defaults to every provider.
    pub fn for_provider(mut self, provider: impl Into<Provider>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    fn with(mut self, item: Item, dollars: f64) -> Self {
        self.rates.set(item, dollars);
        self
    }
}
