//! Owns [`Cost`], why there is none, and the [`Terms`] of service that a price depends on.

use std::fmt;

use opentelemetry::StringValue;

/// What a call cost, in US dollars, and where that is known from.
///
/// ```
/// use llm_trace::{CostSource, Price, Provider, Usage};
///
/// llm_trace::register_price("acme-large", Price::per_million(2.0, 6.0));
/// let usage = Usage::cache_inclusive(1000, 500);
/// let cost = llm_trace::cost_of(&Provider::custom("acme"), "acme-large", &usage)?;
///
/// assert_eq!(cost.dollars(), 0.005);
/// assert_eq!(cost.source(), CostSource::Registered);
/// assert_eq!(cost.model(), Some("acme-large"));
/// # Ok::<(), llm_trace::CostStatus>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    pub(crate) dollars: f64,
    pub(crate) source: CostSource,
    pub(crate) as_of: Option<StringValue>,
    pub(crate) model: Option<StringValue>,
}

impl Cost {
    /// A cost that the provider itself reports.
    pub(crate) fn reported(dollars: f64) -> Self {
        Self { dollars, source: CostSource::Provider, as_of: None, model: None }
    }

    /// Returns what two calls cost together. Of what they say of their price, the same is kept.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            dollars: self.dollars + other.dollars,
            source: self.source,
            as_of: self.as_of.filter(|as_of| other.as_of.as_ref() == Some(as_of)),
            model: self.model.filter(|model| other.model.as_ref() == Some(model)),
        }
    }

    /// Returns the dollars, if they are known.
    pub(crate) fn known(cost: &Result<Self, CostStatus>) -> Option<f64> {
        cost.as_ref().ok().map(Self::dollars)
    }

    /// Returns the US dollars: `gen_ai.usage.cost`.
    #[must_use]
    pub fn dollars(&self) -> f64 {
        self.dollars
    }

    /// Returns who says so: `llm_trace.cost.source`.
    #[must_use]
    pub fn source(&self) -> CostSource {
        self.source
    }

    /// Returns the day the prices are of, as in `2026-10-30`: `llm_trace.cost.as_of`.
    #[must_use]
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_ref().map(StringValue::as_str)
    }

    /// Returns the model whose price was taken: `llm_trace.cost.model`.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_ref().map(StringValue::as_str)
    }
}

/// Who says what a call cost: `llm_trace.cost.source`. The first one that knows decides.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CostSource {
    /// The provider reports it in its answer.
    Provider,
    /// The program registered the price with `register_price`.
    Registered,
    /// The price is in the file of `Builder::with_price_file`.
    Override,
    /// The price is in the data of the `genai-prices` crate, with this crate's corrections.
    GenaiPrices,
}

impl CostSource {
    /// Returns the value of `llm_trace.cost.source`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Registered => "registered",
            Self::Override => "override",
            Self::GenaiPrices => "genai-prices",
        }
    }
}

/// Why the cost of a call is not known: `llm_trace.cost.status`. The cost is absent then, never 0.
///
/// ```
/// use llm_trace::{CostStatus, Price, Provider, Usage};
///
/// llm_trace::register_price("acme-status", Price::per_million(2.0, 6.0));
/// let cost = |usage| llm_trace::cost_of(&Provider::custom("acme"), "acme-status", &usage);
/// assert_eq!(cost(Usage::default()), Err(CostStatus::NoUsage));
///
/// let cached = Usage::cache_inclusive(10, 1);
/// assert_eq!(cost(cached.with_cache_read(11)), Err(CostStatus::InconsistentUsage));
/// assert_eq!(cost(cached.with_cache_read(9)), Err(CostStatus::NoPrice), "of the cache");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CostStatus {
    /// The counts contradict each other, such as more cached input tokens than input tokens.
    InconsistentUsage,
    /// Nobody knows the price of the model, or of something the call used, such as its cache.
    NoPrice,
    /// The token counts that the price needs are not known.
    NoUsage,
    /// The prices were not loaded yet; see `load_prices`.
    PricesLoading,
}

impl CostStatus {
    /// Returns the value of `llm_trace.cost.status`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InconsistentUsage => "inconsistent_usage",
            Self::NoPrice => "no_price",
            Self::NoUsage => "no_usage",
            Self::PricesLoading => "prices_loading",
        }
    }
}

impl fmt::Display for CostStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InconsistentUsage => "the token counts contradict each other",
            Self::NoPrice => "the price is not known; see `register_price`",
            Self::NoUsage => "the token counts are not known",
            Self::PricesLoading => "the prices are not loaded yet; see `load_prices`",
        })
    }
}

impl std::error::Error for CostStatus {}

/// On what terms a provider served a call; what its answer says counts, not what was asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Terms {
    pub(crate) tier: Option<Tier>,
    /// Anthropic names its fast mode beside the tier.
    pub(crate) is_fast: bool,
    /// Whether more is billed than the usage says.
    pub(crate) is_partial: bool,
    /// What Perplexity's fee for one request depends on.
    pub(crate) search_context: Option<SearchContext>,
}

impl Terms {
    /// Adds what `read` knows and these terms do not.
    pub(crate) fn complete(&mut self, read: Self) {
        self.tier = self.tier.or(read.tier);
        self.is_fast |= read.is_fast;
        self.is_partial |= read.is_partial;
        self.search_context = self.search_context.or(read.search_context);
    }
}

/// A tier of service that has prices of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tier {
    Standard,
    Batch,
    Fast,
    Flex,
    Priority,
}

impl Tier {
    /// Reads what a provider calls the tier; every other word is the standard one.
    pub(crate) fn named(word: &str) -> Self {
        match word {
            "batch" => Self::Batch,
            "fast" => Self::Fast,
            "flex" => Self::Flex,
            "priority" => Self::Priority,
            _ => Self::Standard,
        }
    }
}

/// How much Perplexity read of the web.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SearchContext {
    Low,
    Medium,
    High,
}

impl SearchContext {
    pub(crate) fn named(word: &str) -> Option<Self> {
        match word {
            "low" => Some(Self::Low),
            "medium" => Some(Self::Medium),
            "high" => Some(Self::High),
            _ => None,
        }
    }
}
