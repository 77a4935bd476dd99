//! Where the price data is known to be wrong, what is right, and who says so.
//!
//! Each row can go once the data has it right.

use crate::cost::{SearchContext, Terms, Tier};
use crate::pricing::rates::{Item, Rates};

/// The day this table was checked.
pub(super) const AS_OF: &str = "2026-11-20";

/// What is right instead of what the data says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Correction {
    /// Dollars per million tokens: input, cached input, output.
    Price([f64; 3]),
    /// It has the price of another model.
    Alias(&'static str),
    /// What the name stands for is not known.
    Unknown,
}

struct Row {
    provider: &'static str,
    model: &'static str,
    /// The first second, and the first one that is no longer meant.
    seconds: (u64, u64),
    correction: Correction,
}

const EVER: u64 = u64::MAX;

/// DeepSeek ended its hours of lower prices on 2025-09-05 at 16:00 UTC, with V3.1 (its own page
/// *Models & Pricing* of that time), and lowered its prices on 2025-09-29, with V3.2 (`litellm`,
/// `models.dev`, and reports of April 2026). From 2026-04-24 both names stood for V4 Flash, and on
/// 2026-07-24 at 15:59 UTC they were retired (reports that quote its V4 announcement). The data
/// still has the hours of 2025.
///
/// `mistral-large-latest` has been Large 3 since 2025-12-02 (`litellm`, and reports of the
/// release). It may be Large 4 since that has its present price, which is a guess on the safe side:
/// there is no cost then. The data has Large 2.
const ROWS: &[Row] = &[
    deepseek("deepseek-chat", (OFF_PEAK_ENDED, day(2025, 9, 29)), V3_1),
    deepseek("deepseek-chat", (day(2025, 9, 29), V4), V3_2),
    deepseek("deepseek-chat", (V4, RETIRED), V4_FLASH),
    deepseek("deepseek-chat", (RETIRED, EVER), Correction::Unknown),
    deepseek("deepseek-reasoner", (OFF_PEAK_ENDED, day(2025, 9, 29)), V3_1),
    deepseek("deepseek-reasoner", (day(2025, 9, 29), V4), V3_2),
    deepseek("deepseek-reasoner", (V4, RETIRED), V4_FLASH),
    deepseek("deepseek-reasoner", (RETIRED, EVER), Correction::Unknown),
    mistral_large((day(2025, 12, 2), LARGE_4), Correction::Alias("mistral-large-2512")),
    mistral_large((LARGE_4, EVER), Correction::Unknown),
];

const OFF_PEAK_ENDED: u64 = day(2025, 9, 5) + 16 * 3600;
const V4: u64 = day(2026, 4, 24);
const RETIRED: u64 = day(2026, 7, 24) + 15 * 3600 + 59 * 60;
const LARGE_4: u64 = day(2026, 10, 20);
const V3_1: Correction = Correction::Price([0.56, 0.07, 1.68]);
const V3_2: Correction = Correction::Price([0.28, 0.028, 0.42]);
const V4_FLASH: Correction = Correction::Alias("deepseek-v4-flash");

/// Perplexity's fee for one request with a low, medium and high search context (a third party's
/// copy of its price list). The data has the high one whatever was used; recorded answers with a
/// low one report a cost that agrees with this table. `sonar-reasoning` is taken to be as `sonar`,
/// because its high fee is.
const REQUEST_FEES: &[(&str, [f64; 3])] = &[
    ("sonar", [0.005, 0.008, 0.012]),
    ("sonar-pro", [0.006, 0.010, 0.014]),
    ("sonar-reasoning", [0.005, 0.008, 0.012]),
    ("sonar-reasoning-pro", [0.006, 0.010, 0.014]),
];

/// What a token costs in a tier whose prices the data lacks, as a multiple of what it costs in the
/// standard one (Groq's page *Flex Processing*; for Claude the variants in the Python package
/// `genai-prices` 0.2.3, and Anthropic's page *Fast mode* for Opus 4.7).
const MULTIPLES: &[(&str, &str, Tier, u64)] = &[
    ("groq", "", Tier::Flex, 1),
    ("anthropic", "claude-opus-4-7", Tier::Fast, 6),
    ("anthropic", "claude-opus-4-8", Tier::Fast, 2),
    ("anthropic", "claude-opus-5", Tier::Fast, 2),
    ("anthropic", "claude-opus-5-5", Tier::Fast, 2),
];

const fn deepseek(model: &'static str, seconds: (u64, u64), correction: Correction) -> Row {
    Row { provider: "deepseek", model, seconds, correction }
}

const fn mistral_large(seconds: (u64, u64), correction: Correction) -> Row {
    Row { provider: "mistral", model: "mistral-large-latest", seconds, correction }
}

/// Returns the correction of a model at a second since 1970.
pub(super) fn of(provider: Option<&str>, model: &str, at: u64) -> Option<Correction> {
    ROWS.iter()
        .find(|row| {
            provider.is_none_or(|provider| provider.eq_ignore_ascii_case(row.provider))
                && model.eq_ignore_ascii_case(row.model)
                && (row.seconds.0..row.seconds.1).contains(&at)
        })
        .map(|row| row.correction)
}

/// Returns how many times the standard price a token costs in a tier.
pub(super) fn multiple(provider: &str, model: &str, tier: Tier) -> Option<u64> {
    MULTIPLES
        .iter()
        .find(|row| row.0 == provider && row.2 == tier && (row.1.is_empty() || row.1 == model))
        .map(|row| row.3)
}

/// Corrects the fee of one request, which is left out where the search context is not known.
pub(super) fn correct_fee(rates: &mut Rates, provider: &str, model: &str, terms: Terms) {
    if provider != "perplexity" || rates.get(Item::Request).is_none() {
        return;
    }
    let fees = REQUEST_FEES.iter().find(|(name, _)| *name == model).map(|(_, fees)| fees);
    let fee = fees.zip(terms.search_context).map(|(fees, context)| match context {
        SearchContext::Low => fees[0],
        SearchContext::Medium => fees[1],
        SearchContext::High => fees[2],
    });
    rates.set(Item::Request, fee.unwrap_or(0.0));
}

/// Returns the first second of a day, by Howard Hinnant's `days_from_civil`.
pub(in crate::pricing) const fn day(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    days * 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_first_second() {
        for (seconds, expected) in [
            (day(1970, 1, 1), 0),
            (day(2000, 2, 29), 951_782_400),
            (day(2025, 12, 2), 1_764_633_600),
            (day(2026, 10, 20), 1_792_454_400),
        ] {
            assert_eq!(seconds, expected);
        }
    }

    #[test]
    fn a_correction_holds_for_its_time_only() {
        let mistral = Some("mistral");
        for (provider, model, at, expected) in [
            (mistral, "mistral-large-latest", day(2025, 12, 1), None),
            (
                mistral,
                "Mistral-Large-Latest",
                day(2025, 12, 2),
                Some(Correction::Alias("mistral-large-2512")),
            ),
            (mistral, "mistral-large-latest", day(2026, 11, 20), Some(Correction::Unknown)),
            (mistral, "mistral-large-2411", day(2026, 11, 20), None),
            (Some("deepseek"), "deepseek-chat", day(2025, 9, 5), None),
            (Some("deepseek"), "deepseek-chat", day(2025, 9, 6), Some(V3_1)),
            (None, "deepseek-reasoner", day(2026, 3, 1), Some(V3_2)),
            (Some("deepseek"), "deepseek-chat", day(2026, 7, 24), Some(V4_FLASH)),
            (Some("deepseek"), "deepseek-chat", day(2026, 7, 25), Some(Correction::Unknown)),
            (Some("openrouter"), "deepseek-chat", day(2026, 3, 1), None),
        ] {
            assert_eq!(of(provider, model, at), expected, "{provider:?} {model} {at}");
        }
    }
}
