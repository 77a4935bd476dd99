//! Finds prices in the data of `genai-prices`; the only folder that names that crate.
//!
//! The data is decoded on a thread of its own, for which nobody waits. What was found is kept.

mod asked;
mod cache;
pub(super) mod corrections;
mod names;
mod units;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use genai_prices::{Calculator, PriceRequest, Usage};

use crate::cost::{CostStatus, Tier};
use crate::pricing::query::{Query, Quote};
use crate::pricing::rates::{Item, Rates};
use crate::pricing::shared;

use asked::Asked;
use cache::Answer;
use corrections::Correction;

/// The day of the data in the oldest version of the crate that is accepted.
const AS_OF: &str = "2026-10-30";

static LOADED: OnceLock<&'static Calculator> = OnceLock::new();

/// Starts decoding the data, unless somebody has; does not wait.
pub(super) fn start() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.load(Ordering::Relaxed) || STARTED.swap(true, Ordering::Relaxed) {
        return;
    }
    let thread = thread::Builder::new().name("llm-trace-prices".to_owned());
    if thread.spawn(load).is_err() {
        STARTED.store(false, Ordering::Relaxed);
    }
}

/// Decodes the data, or waits until it is decoded.
pub(super) fn load() {
    LOADED.get_or_init(|| {
        let calculator = Calculator::bundled();
        // What the crate builds when it first needs it, a call must not wait for either.
        let usage = Usage::new();
        for provider in calculator.providers() {
            let request = PriceRequest::new("warm-up-20250101", &usage);
            let _ = calculator.calculate(&request.with_provider_id(provider.id()));
        }
        calculator
    });
}

/// Returns the prices that apply to a call.
pub(super) fn quote(query: &Query<'_>) -> Result<Quote, CostStatus> {
    if let Some(known) = cache::get(query) {
        return known;
    }
    let Some(calculator) = LOADED.get() else {
        start();
        return Err(CostStatus::PricesLoading);
    };
    let answer = search(calculator, query);
    let quote = answer.quote.clone();
    cache::put(query, answer);
    quote.ok_or(CostStatus::NoPrice)
}

fn search(calculator: &Calculator, query: &Query<'_>) -> Answer {
    for (provider, model) in names::candidates(names::in_data(query.provider), query.model) {
        let (model, as_of) = match corrections::of(provider, model, query.seconds()) {
            Some(Correction::Alias(other)) => (other, corrections::AS_OF),
            Some(Correction::Price(prices)) => {
                return Answer::always(corrected(prices, model, query.tier()));
            }
            Some(Correction::Unknown) => return Answer::always(None),
            None => (model, AS_OF),
        };
        let asked = Asked { calculator, provider, model, as_of, tier: query.tier(), at: query.at };
        if let Some(answer) = asked.answer(query) {
            return answer;
        }
    }
    Answer::always(None)
}

fn corrected([input, cache_read, output]: [f64; 3], model: &str, tier: Tier) -> Option<Quote> {
    let rates = Rates::default()
        .with(Item::Input, input)
        .with(Item::CacheRead, cache_read)
        .with(Item::Output, output);
    let quote = Quote { rates, model: shared(model), as_of: corrections::AS_OF };
    (tier == Tier::Standard).then_some(quote)
}
