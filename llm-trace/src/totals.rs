//! Owns [`Totals`]: what the model calls below a call add up to, in all and by model.

use std::collections::BTreeMap;

use crate::operation::Operation;
use crate::usage::Usage;

/// What several model calls add up to.
///
/// ```
/// use llm_trace::Totals;
///
/// let none_yet = Totals::default();
/// assert_eq!((none_yet.calls(), none_yet.cost()), (0, 0.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    calls: u64,
    input_tokens: u64,
    output_tokens: u64,
    cost: f64,
    unpriced_calls: u64,
}

impl Totals {
    /// Returns the number of model calls that have ended, however they ended.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Returns the input tokens, cached ones included.
    #[must_use]
    pub fn input_tokens(&self) -> u64 {
        self.input_tokens
    }

    /// Returns the output tokens, those of reasoning included.
    #[must_use]
    pub fn output_tokens(&self) -> u64 {
        self.output_tokens
    }

    /// Returns the cost in US dollars of the calls whose cost is known.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// Returns the number of calls that may have cost something, and whose cost is not known: those
    /// that used tokens or went well. While it is not 0, [`cost`](Self::cost) may be less than what
    /// was spent.
    #[must_use]
    pub fn unpriced_calls(&self) -> u64 {
        self.unpriced_calls
    }

    /// Counts one call.
    pub(crate) fn of_call(usage: &Usage, cost: Option<f64>, has_failed: bool) -> Self {
        let may_cost = !has_failed || usage.input().is_some() || usage.output().is_some();
        Self {
            calls: 1,
            input_tokens: usage.input().unwrap_or(0),
            output_tokens: usage.output().unwrap_or(0),
            cost: cost.unwrap_or(0.0),
            unpriced_calls: u64::from(cost.is_none() && may_cost),
        }
    }

    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cost += other.cost;
        self.unpriced_calls += other.unpriced_calls;
    }
}

/// The totals of one call, in all and by model.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    all: Totals,
    by_model: BTreeMap<String, Totals>,
    steps: Steps,
}

/// What an agent did itself, its sub-agents not counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Steps {
    pub(crate) inference_calls: u64,
    pub(crate) tool_calls: u64,
}

impl Ledger {
    pub(crate) fn add(&mut self, model: &str, call: &Totals) {
        self.all.add(call);
        match self.by_model.get_mut(model) {
            Some(totals) => totals.add(call),
            None => {
                self.by_model.insert(model.to_owned(), *call);
            }
        }
    }

    /// Counts a step of the agent whose ledger this is.
    pub(crate) fn step(&mut self, operation: Operation) {
        match operation {
            Operation::ExecuteTool => self.steps.tool_calls += 1,
            _ => self.steps.inference_calls += 1,
        }
    }

    pub(crate) fn steps(&self) -> Option<Steps> {
        (self.steps != Steps::default()).then_some(self.steps)
    }

    pub(crate) fn all(&self) -> Totals {
        self.all
    }

    pub(crate) fn by_model(&self) -> BTreeMap<String, Totals> {
        self.by_model.clone()
    }
}
