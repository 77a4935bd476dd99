//! Owns [`Asked`]: what an item costs, out of what whole calls cost.
//!
//! The crate answers what a usage costs, not what a token costs. So it is asked what a million of
//! each item would cost. That takes some ten microseconds, once for each model.

use std::time::SystemTime;

use genai_prices::{Calculator, ErrorKind, PriceCalculation, PriceRequest, Usage, UsageKey};

use super::cache::Answer;
use super::corrections;
use super::units::{self, Units};
use crate::cost::Tier;
use crate::pricing::query::{Query, Quote};
use crate::pricing::rates::{Item, Rates};
use crate::pricing::shared;

const MILLION: f64 = 1e6;
/// More tokens than any tier begins at.
const MOST: u64 = 1_000_000_000;

/// A model, as the data is asked for it.
pub(super) struct Asked<'a> {
    pub(super) calculator: &'a Calculator,
    pub(super) provider: Option<&'a str>,
    pub(super) model: &'a str,
    pub(super) as_of: &'static str,
    pub(super) tier: Tier,
    pub(super) at: SystemTime,
}

impl Asked<'_> {
    /// Returns what the data knows, and for which lengths of the input; `None` if it does not know
    /// the model.
    pub(super) fn answer(&self, query: &Query<'_>) -> Option<Answer> {
        let input = query.input.max(1);
        let (mut rates, found) = self.rates(input, query)?;
        // Prices change once with the length, so that two lengths with the same have none between.
        let is_same = |length| self.rates(length, query).is_some_and(|(other, _)| other == rates);
        let shortest = if is_same(1) { 0 } else { input };
        let longest = if is_same(MOST) { u64::MAX } else { input };
        let (provider, model) = (found.provider_id.as_str(), found.model_id.as_str());
        let multiple = match self.tier {
            Tier::Standard => Some(1),
            tier if self.has_prices_of_standard(&rates, input, query) => {
                corrections::multiple(provider, model, tier)
            }
            _ => Some(1),
        };
        corrections::correct_fee(&mut rates, provider, model, query.terms);
        let quote = multiple.map(|multiple| Quote {
            rates: rates.times(multiple),
            model: shared(&found.model_id),
            as_of: self.as_of,
        });
        Some(Answer { quote, inputs: shortest..=longest })
    }

    /// Where the data has no prices of a tier, it gives those of the standard one.
    fn has_prices_of_standard(&self, rates: &Rates, input: u64, query: &Query<'_>) -> bool {
        let standard = Asked { tier: Tier::Standard, ..*self };
        standard.rates(input, query).is_some_and(|(standard, _)| standard == *rates)
    }

    /// Returns what each item that the call used costs, with an input of some length.
    fn rates(&self, length: u64, query: &Query<'_>) -> Option<(Rates, PriceCalculation)> {
        #[expect(clippy::cast_precision_loss, reason = "only its relation to a limit counts")]
        let length = length as f64;
        let found = self.calculate(&tokens(length)).ok()?;
        let fee = self.calculate(&Usage::new()).ok()?.total_price;
        let mut rates = Rates::default();
        if fee > 0.0 {
            rates.set(Item::Request, fee);
        }
        for item in query.used() {
            if let Some(price) = self.price(item, length, &found, fee) {
                rates.set(item, price);
            }
        }
        Some((rates, found))
    }

    /// Returns what an item costs, per million tokens or each, if it has a price of its own.
    fn price(&self, item: Item, length: f64, found: &PriceCalculation, fee: f64) -> Option<f64> {
        type Side = fn(&PriceCalculation) -> f64;
        let (keys, count, side): (_, _, Side) = match units::of(item) {
            Units::Input(keys) => (keys, length, |price| price.input_price),
            Units::Output(keys) => (keys, MILLION, |price| price.output_price),
            Units::Each(key) => {
                let price = self.calculate(&Usage::from([(key, 1.0)])).ok()?.total_price - fee;
                return (price > 0.0).then_some(price);
            }
        };
        // Input and output as a whole have been asked for.
        if keys.len() == 1 && side(found) > 0.0 {
            return Some(side(found) / count * MILLION);
        }
        if !self.has_price(keys) {
            return None;
        }
        let mut usage = tokens(length);
        usage.extend(keys.iter().map(|key| (*key, count)));
        Some(side(&self.calculate(&usage).ok()?) / count * MILLION)
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

fn tokens(length: f64) -> Usage {
    Usage::from([(UsageKey::INPUT_TOKENS, length), (UsageKey::OUTPUT_TOKENS, MILLION)])
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
        let asked = Asked {
            calculator,
            provider: Some(provider),
            model,
            as_of: "",
            tier: Tier::Standard,
            at,
        };
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
