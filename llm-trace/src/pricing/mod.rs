//! Says what a call cost, or why that is not known.
//!
//! The first one that knows decides: the provider's own report, [`register_price`], the price file,
//! the data of `genai-prices`. `counts` divides the usage, `rates` does the sum.

mod book;
mod call;
#[cfg_attr(not(feature = "pricing"), path = "no_catalog.rs")]
mod catalog;
mod counts;
mod file;
pub(crate) mod nearest;
mod price;
#[cfg_attr(
    not(feature = "pricing"),
    expect(dead_code, reason = "without the data there is nothing to look up")
)]
mod query;
mod rates;
#[cfg(test)]
#[cfg(feature = "pricing")]
mod tests;

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::StringValue;

use crate::cost::{Cost, CostStatus, Terms};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::record::Record;
use crate::usage::Usage;

use book::Entry;
use call::Call;

pub use file::PriceFileError;
pub use price::Price;

pub(crate) use file::load_file;

/// The prices of a file.
pub(crate) type PriceFile = Vec<Entry>;

/// Sets what a model costs. It goes before the price file and the data of published models.
///
/// `model` is its name, or the start of names and a `*`; the longest one that fits is taken, and of
/// two that are alike the last. Upper and lower case are the same.
///
/// ```
/// use llm_trace::{Price, Provider, Usage};
///
/// // What the deployment of a fine-tuned model costs, whoever calls it.
/// llm_trace::register_price("my-prod-deployment", Price::per_million(2.5, 10.0));
///
/// let usage = Usage::cache_inclusive(1000, 500);
/// let cost = llm_trace::cost_of(&Provider::AZURE_AI_OPENAI, "my-prod-deployment", &usage)?;
/// assert_eq!(cost.dollars(), 0.0075);
/// # Ok::<(), llm_trace::CostStatus>(())
/// ```
pub fn register_price(model: impl Into<String>, price: Price) {
    book::register(Entry {
        model: shared(&model.into()),
        provider: price.provider.map(|provider| provider.as_str().to_owned()),
        rates: price.rates,
        as_of: None,
    });
}

/// Returns what a call would cost now, with the prices that annotated functions are priced with.
///
/// # Errors
///
/// [`CostStatus`] says why the cost is not known.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "pricing")] {
/// use llm_trace::{CostStatus, Provider, Usage};
///
/// llm_trace::load_prices();
/// let usage = Usage::cache_inclusive(1000, 500);
///
/// let cost = llm_trace::cost_of(&Provider::OPENAI, "gpt-4o-2024-08-06", &usage).unwrap();
/// assert_eq!(cost.dollars(), 0.0075);
///
/// let unknown = llm_trace::cost_of(&Provider::OPENAI, "gpt-none", &usage);
/// assert_eq!(unknown, Err(CostStatus::NoPrice));
/// # }
/// ```
pub fn cost_of(provider: &Provider, model: &str, usage: &Usage) -> Result<Cost, CostStatus> {
    let call = Call {
        provider: Some(provider.as_str()),
        models: [Some(model), None],
        usage,
        terms: Terms::default(),
        at: SystemTime::now(),
    };
    call.cost()
}

/// Loads the prices of published models, and waits until they are there.
///
/// `init` and the first call start that too, but wait for nothing, so that a call
/// that ends within the first tenth of a second may have no cost. Of use in short programs and in
/// tests. Does nothing without the feature `pricing`.
///
/// ```
/// use llm_trace::{CostStatus, Provider, Usage};
///
/// llm_trace::load_prices();
/// let usage = Usage::cache_inclusive(1000, 500);
/// let cost = llm_trace::cost_of(&Provider::OPENAI, "gpt-4o", &usage);
/// assert_ne!(cost, Err(CostStatus::PricesLoading));
/// ```
pub fn load_prices() {
    catalog::load();
}

/// Starts loading the prices, and does not wait.
pub(crate) fn preload() {
    catalog::start();
}

/// Starts loading the prices before the first call that needs them is made.
pub(crate) fn prepare(operation: Operation) {
    if operation.is_model_call() {
        catalog::start();
    }
}

/// Makes the prices of a file those of the process.
pub(crate) fn install(file: PriceFile) {
    book::set_file(file);
}

/// Returns what a call cost, or why that is not known; `None` for what has no cost of its own.
pub(crate) fn cost(record: &Record, at: SystemTime) -> Option<Result<Cost, CostStatus>> {
    let Record { request, response, outcome, .. } = record;
    if let Some(dollars) = response.cost {
        return Some(Ok(Cost::reported(dollars)));
    }
    let used_nothing = response.usage.is_empty() && *outcome != Outcome::Ok;
    if !request.operation.is_model_call() || used_nothing {
        return None;
    }
    let call = Call {
        provider: request.provider.as_ref().map(Provider::as_str),
        models: [response.model.as_deref(), request.model.as_deref()],
        usage: &response.usage,
        terms: response.terms,
        at,
    };
    Some(call.cost())
}

/// Returns a text of which every call that it belongs to has a copy, for nothing.
fn shared(text: &str) -> StringValue {
    Arc::<str>::from(text).into()
}
