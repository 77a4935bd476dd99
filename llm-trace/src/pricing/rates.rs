//! Owns [`Rates`], what each thing that a provider bills costs, and the arithmetic of a call's cost.

use crate::cost::CostStatus;
use crate::pricing::counts::Counts;

macro_rules! items {
    ($($(#[$doc:meta])* $item:ident = $name:literal;)*) => {
        /// A thing that is billed. No token belongs to two of them.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Item {
            $($(#[$doc])* $item,)*
        }

        impl Item {
            pub(super) const ALL: &[Item] = &[$(Item::$item),*];
            pub(super) const NUMBER: usize = Item::ALL.len();

            /// The name in a price file.
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Item::$item => $name,)*
                }
            }
        }
    };
}

items! {
    /// Input that is no other item.
    Input = "input";
    /// Output that is no other item.
    Output = "output";
    CacheRead = "cache_read";
    CacheReadAudio = "cache_read_audio";
    CacheReadImage = "cache_read_image";
    /// Cache writes that live for minutes.
    CacheWrite = "cache_write";
    CacheWriteOneHour = "cache_write_1h";
    InputAudio = "input_audio";
    InputImage = "input_image";
    OutputAudio = "output_audio";
    OutputImage = "output_image";
    Reasoning = "reasoning";
    WebSearch = "web_search";
    /// The call itself.
    Request = "request";
}

const FEMTO: f64 = 1e15;

impl Item {
    /// Finds an item by its name in a price file.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|item| item.name() == name)
    }

    /// How many of it a price is for.
    pub(super) const fn per(self) -> f64 {
        match self {
            Self::WebSearch | Self::Request => 1.0,
            _ => 1e6,
        }
    }

    /// The item as which it is billed where it has no price of its own.
    ///
    /// The cache has none: where its price is not known, neither is the cost.
    const fn otherwise(self) -> Option<Self> {
        match self {
            Self::InputAudio | Self::InputImage => Some(Self::Input),
            Self::CacheReadAudio | Self::CacheReadImage => Some(Self::CacheRead),
            Self::OutputAudio | Self::OutputImage | Self::Reasoning => Some(Self::Output),
            _ => None,
        }
    }
}

/// What one of each item costs, in femto-dollars.
///
/// Published prices are whole numbers of these, so that the sum is exact, and no digit of a binary
/// fraction shows up in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Rates([Option<u64>; Item::NUMBER]);

impl Rates {
    /// Sets what an item costs, in dollars per million tokens or each. A price that is negative or
    /// not a number is not known.
    pub(super) fn set(&mut self, item: Item, dollars: f64) {
        self.0[item as usize] = femto_dollars(dollars, item.per());
    }

    pub(super) fn with(mut self, item: Item, dollars: f64) -> Self {
        self.set(item, dollars);
        self
    }

    /// Returns the rates of a tier at which tokens cost a multiple.
    #[cfg(feature = "pricing")]
    pub(super) fn times(mut self, factor: u64) -> Self {
        for item in Item::ALL.iter().filter(|item| item.per() > 1.0) {
            let rate = &mut self.0[*item as usize];
            *rate = rate.map(|rate| rate.saturating_mul(factor));
        }
        self
    }

    /// Returns what an item itself costs.
    pub(super) fn get(&self, item: Item) -> Option<u64> {
        self.0[item as usize]
    }

    /// Returns what a call costs, in dollars.
    pub(super) fn total(&self, counts: &Counts) -> Result<f64, CostStatus> {
        let mut total = u128::from(self.get(Item::Request).unwrap_or(0));
        for (item, count) in counts.iter().filter(|(_, count)| *count != Some(0)) {
            total += match (count, self.rate(item)) {
                // What costs nothing need not be known, as the output of an embedding.
                (None, None | Some(0)) => 0,
                (Some(count), Some(rate)) => u128::from(count) * u128::from(rate),
                (Some(_), None) => return Err(CostStatus::NoPrice),
                (None, Some(_)) => return Err(CostStatus::NoUsage),
            };
        }
        #[expect(clippy::cast_precision_loss, reason = "9 dollars have no more than 53 bits")]
        let total = total as f64;
        Ok(total / FEMTO)
    }

    fn rate(&self, item: Item) -> Option<u64> {
        self.get(item).or_else(|| self.rate(item.otherwise()?))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the sign is checked, and `as` saturates"
)]
fn femto_dollars(dollars: f64, per: f64) -> Option<u64> {
    let is_price = dollars.is_finite() && dollars >= 0.0;
    is_price.then(|| (dollars * (FEMTO / per)).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{Detail, Usage};

    fn total(rates: Rates, usage: &Usage) -> Result<f64, CostStatus> {
        rates.total(&Counts::of(usage)?)
    }

    #[test]
    fn the_sum_has_no_digit_of_a_binary_fraction() {
        let rates = Rates::default().with(Item::Input, 0.15).with(Item::Output, 0.6);

        assert_eq!(total(rates, &Usage::cache_inclusive(11, 3)), Ok(0.000_003_45));
        assert_eq!(total(rates, &Usage::cache_inclusive(3, 0)), Ok(0.000_000_45));
    }

    #[test]
    fn what_has_no_price_has_no_cost_unless_it_is_billed_as_something_else() {
        let rates = Rates::default().with(Item::Input, 1.0).with(Item::Output, 2.0);
        let usage = Usage::cache_inclusive(1000, 1000);

        for (usage, expected) in [
            (usage, Ok(0.003)),
            (usage.with_reasoning(400), Ok(0.003)),
            (usage.with_detail(Detail::InputAudio, 5), Ok(0.003)),
            (usage.with_cache_read(0), Ok(0.003)),
            (usage.with_cache_read(1), Err(CostStatus::NoPrice)),
            (usage.with_cache_write(1), Err(CostStatus::NoPrice)),
            (usage.with_detail(Detail::WebSearches, 1), Err(CostStatus::NoPrice)),
        ] {
            assert_eq!(total(rates, &usage), expected, "{usage:?}");
        }
    }

    #[test]
    fn a_price_of_the_five_minute_cache_is_none_of_the_one_hour_cache() {
        let rates = Rates::default()
            .with(Item::Input, 5.0)
            .with(Item::Output, 25.0)
            .with(Item::CacheWrite, 6.25);
        let usage = Usage::cache_inclusive(20_000, 400).with_cache_write(15_000);
        let usage = usage.with_detail(Detail::CacheWriteOneHour, 10_000);

        assert_eq!(total(rates, &usage), Err(CostStatus::NoPrice));
        assert_eq!(total(rates.with(Item::CacheWriteOneHour, 10.0), &usage), Ok(0.166_25));
    }

    #[test]
    fn a_count_that_is_billed_must_be_known() {
        let chat = Rates::default().with(Item::Input, 1.0).with(Item::Output, 2.0);
        let embedding = Rates::default().with(Item::Input, 0.02);
        let usage = Usage::cache_inclusive(1000, None);

        assert_eq!(total(chat, &usage), Err(CostStatus::NoUsage));
        assert_eq!(total(embedding, &usage), Ok(0.000_02));
    }

    #[test]
    fn a_price_that_is_none_is_not_known() {
        for dollars in [-1.0, f64::NAN, f64::INFINITY] {
            let rates = Rates::default().with(Item::Input, dollars);

            assert_eq!(rates.get(Item::Input), None, "{dollars}");
        }
    }
}
