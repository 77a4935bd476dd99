//! Finds prices in the data of `genai-prices`; the only file that names that crate.
//!
//! The crate answers what a usage costs, not what a token costs. So it is asked what a million of
//! each item would cost, and the answers are kept: asking takes microseconds, a look-up does not.
//! The data is decoded on a thread of its own, for which nobody waits.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::SystemTime;

use genai_prices::{Calculator, ErrorKind, PriceCalculation, PriceRequest, Usage, UsageKey};

use crate::cost::{CostStatus, Tier};
use crate::pricing::cache::{self, Answer};
use crate::pricing::corrections::{self, Correction};
use crate::pricing::providers;
use crate::pricing::query::{Query, Quote};
use crate::pricing::rates::{Item, Rates};
use crate::pricing::units::{self, Units};

/// The day of the data in the oldest version of the crate that is accepted.
const AS_OF: &str = "2026-10-30";
const MILLION: f64 = 1e6;
/// More tokens than any tier begins at.
const MOST: u64 = 1_000_000_000;

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
    LOADED.get_or_init(Calculator::bundled);
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
    for (provider, model) in providers::candidates(providers::in_data(query.provider), query.model)
    {
        let correction = corrections::of(provider, model, query.seconds());
        let model = match correction {
            Some(Correction::Price(_) | Correction::Unknown) => {
                return Answer::always(correction.and_then(|right| corrected(right, model, query)));
            }
            Some(Correction::Alias(other)) => other,
            None => model,
        };
        let asked = Asked { calculator, provider, model, tier: query.tier(), at: query.at };
        if let Some(mut answer) = asked.answer(query) {
            if let (Some(quote), Some(_)) = (&mut answer.quote, correction) {
                quote.as_of = corrections::AS_OF;
            }
            return answer;
        }
    }
    Answer::always(None)
}

fn corrected(correction: Correction, model: &str, query: &Query<'_>) -> Option<Quote> {
    let Correction::Price([input, cache_read, output]) = correction else { return None };
    let rates = Rates::default()
        .with(Item::Input, input)
        .with(Item::CacheRead, cache_read)
        .with(Item::Output, output);
    let quote = Quote { rates, model: model.to_owned().into(), as_of: corrections::AS_OF };
    (query.tier() == Tier::Standard).then_some(quote)
}

/// A model, as the data is asked for it.
struct Asked<'a> {
    calculator: &'a Calculator,
    provider: Option<&'a str>,
    model: &'a str,
    tier: Tier,
    at: SystemTime,
}

impl Asked<'_> {
    /// Returns what the data knows, and for which lengths of the input; `None` if it does not know
    /// the model.
    fn answer(&self, query: &Query<'_>) -> Option<Answer> {
        let input = query.input.max(1);
        let (mut rates, found) = self.rates(input, query)?;
        // Prices change once with the length, so that two lengths with the same have none between.
        let is_same = |length| self.rates(length, query).is_some_and(|(other, _)| other == rates);
        let shortest = if is_same(1) { 0 } else { input };
        let longest = if is_same(MOST) { u64::MAX } else { input };
        let is_known = self.tier == Tier::Standard
            || corrections::is_same_price(self.provider, self.tier)
            || self.differs_from_standard(&rates, input, query);
        let provider = Some(found.provider_id.as_str());
        corrections::correct_fee(&mut rates, provider, &found.model_id, query.terms);
        let quote = Quote { rates, model: found.model_id.into(), as_of: AS_OF };
        Some(Answer { quote: is_known.then_some(quote), inputs: shortest..=longest })
    }

    /// Where the data has no prices of a tier, it gives those of the standard one.
    fn differs_from_standard(&self, rates: &Rates, input: u64, query: &Query<'_>) -> bool {
        let standard = Asked { tier: Tier::Standard, ..*self };
        standard.rates(input, query).is_some_and(|(standard, _)| standard != *rates)
    }

    /// Returns what each item that the call used costs, with an input of some length.
    fn rates(&self, length: u64, query: &Query<'_>) -> Option<(Rates, PriceCalculation)> {
        #[expect(clippy::cast_precision_loss, reason = "only its relation to a limit counts")]
        let length = length as f64;
        let base = [(UsageKey::INPUT_TOKENS, length), (UsageKey::OUTPUT_TOKENS, MILLION)];
        let found = self.calculate(&Usage::from(base.clone())).ok()?;
        let fee = self.calculate(&Usage::new()).ok()?.total_price;
        let mut rates = Rates::default();
        if fee > 0.0 {
            rates.set(Item::Request, fee);
        }
        for item in query.used() {
            let (is_input, keys) = match units::of(item) {
                Units::Input(keys) => (true, keys),
                Units::Output(keys) => (false, keys),
                Units::Each(key) => {
                    let price = self.calculate(&Usage::from([(key, 1.0)])).ok()?.total_price - fee;
                    if price > 0.0 {
                        rates.set(item, price);
                    }
                    continue;
                }
            };
            let count = if is_input { length } else { MILLION };
            let mut usage = Usage::from(base.clone());
            usage.extend(keys.iter().map(|key| (*key, count)));
            let all = self.calculate(&usage).ok()?;
            let price = if is_input { all.input_price } else { all.output_price };
            if self.has_price(keys) {
                rates.set(item, price / count * MILLION);
            }
        }
        Some((rates, found))
    }

    /// Returns whether the last of `keys` has a price of its own: then the crate finds fault with
    /// more of it than of what it is a part of, or with a part of it that is not in it.
    fn has_price(&self, keys: &[&str]) -> bool {
        let part = match keys {
            ["input_tokens"] => "cache_read_tokens",
            [_] => "output_reasoning_tokens",
            [.., part] => part,
            [] => return false,
        };
        let mut usage = Usage::new();
        if keys.len() > 1 {
            usage.extend(keys.iter().map(|key| (*key, 0.0)));
        }
        usage.insert(part, 1.0);
        self.calculate(&usage).is_err_and(|error| error == ErrorKind::InvalidUsage)
    }

    fn calculate(&self, usage: &Usage) -> Result<PriceCalculation, ErrorKind> {
        let mut request = PriceRequest::new(self.model, usage).with_timestamp(self.at);
        request.provider_id = self.provider;
        request.price_context.extend_from_slice(match self.tier {
            Tier::Standard => &[],
            Tier::Batch => &[("processing", "batch")],
            Tier::Fast => &[("service_tier", "fast"), ("speed", "fast")],
            Tier::Flex => &[("service_tier", "flex")],
            Tier::Priority => &[("service_tier", "priority")],
        });
        self.calculator.calculate(&request).map_err(|error| error.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Terms;
    use crate::pricing::counts::Counts;
    use crate::usage::Usage as Tokens;

    /// Prices a model with the crate itself, and with what it was asked for.
    fn both(provider: &str, model: &str, tokens: &Tokens) -> Option<[f64; 2]> {
        let counts = Counts::of(tokens).unwrap();
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000);
        let terms = Terms::default();
        let input = tokens.input()?;
        let query = Query { provider: Some(provider), model, counts: &counts, input, terms, at };
        let calculator = Calculator::bundled();
        let asked = Asked { calculator, provider: Some(provider), model, tier: Tier::Standard, at };
        let ours = asked.answer(&query)?.quote?.rates.total(&counts).ok()?;
        let counted = [
            ("input_tokens", Some(input)),
            ("output_tokens", tokens.output()),
            ("cache_read_tokens", tokens.cache_read()),
        ];
        let usage = counted
            .into_iter()
            .filter_map(|(key, count)| Some((key, u32::try_from(count?).ok()?.into())))
            .collect();
        Some([ours, asked.calculate(&usage).ok()?.total_price])
    }

    #[test]
    fn the_prices_asked_for_add_up_to_what_the_crate_says() {
        let short = Tokens::cache_inclusive(12_345, 678);
        let long = Tokens::cache_inclusive(300_001, 77).with_cache_read(100_003);
        let mut priced = 0;
        for provider in Calculator::bundled().providers() {
            // Its fee is corrected.
            if provider.id() == "perplexity" {
                continue;
            }
            // The crate may find another model under an id, but the same one each time.
            for model in provider.models().step_by(5) {
                for tokens in [short, long] {
                    if let Some([ours, theirs]) = both(provider.id(), model.id(), &tokens) {
                        let difference = (ours - theirs).abs();

                        assert!(difference < 1e-9, "{} {}", provider.id(), model.id());
                        priced += 1;
                    }
                }
            }
        }
        assert!(priced > 500, "only {priced} were compared");
    }
}
