//! Owns what is counted where: a call's usage, cost and steps, and those of the calls below it.

use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use super::foreign::Harvest;
use super::{Shared, lock};
use crate::cost::Cost;
use crate::operation::Operation;
use crate::pricing;
use crate::record::Record;
use crate::totals::Totals;

impl Shared {
    pub(super) fn take(&self) -> Option<Box<Record>> {
        lock(&self.record).take()
    }

    /// The node of a call that another library traces.
    pub(super) fn foreign(operation: Operation, above: Option<Arc<Self>>) -> Self {
        Self {
            operation,
            started: Instant::now(),
            context: None,
            is_direct: false,
            is_recording: false,
            above,
            ledger: Mutex::default(),
            harvest: Mutex::default(),
            is_foreign: true,
            record: Mutex::default(),
        }
    }

    /// Adds what the call used to the calls above, unless the calls below have used it: then it
    /// was counted there, and this call carries their totals.
    pub(super) fn settle(&self, record: &mut Record) {
        Harvest::reap(&self.harvest);
        let (below, steps) = {
            let ledger = lock(&self.ledger);
            (ledger.all(), ledger.steps())
        };
        let (seen, has_tool) = {
            let mut harvest = lock(&self.harvest);
            (harvest.take_seen(), harvest.has_tool)
        };
        record.steps = steps;
        let is_wrapper = below.calls() > 0 && self.operation.is_model_call();
        record.is_counted_below = has_tool || (is_wrapper && (self.is_foreign || seen.is_some()));
        if self.operation.is_step() && !is_wrapper && !has_tool {
            self.step();
        }
        if let Some(mut seen) = seen {
            // Attempts of the call that this is are not calls of their own; how the last call
            // below it ended, only this one knows.
            let is_attempt = self.operation.is_model_call()
                && (below.calls() == 0 || record.error_type.is_none());
            if !is_attempt {
                seen.measure_silent(record);
            }
            if below.calls() > 0 {
                record.response.forget_usage();
            }
            seen.complete(record, below.calls() > 0);
        } else if below.calls() > 0 {
            record.response.forget_usage();
        }
        if below.calls() > 0 {
            record.totals = Some(below);
            return;
        }
        record.cost = pricing::cost(record, SystemTime::now());
        let Record { request, response, .. } = record;
        if self.operation.is_model_call() || !response.usage.is_empty() {
            let cost = record.cost.as_ref().and_then(Cost::known);
            let own = Totals::of_call(&response.usage, cost, record.outcome.is_failure());
            let model = response.model.as_deref().or(request.model.as_deref()).unwrap_or_default();
            for call in self.ancestors() {
                lock(&call.ledger).add(model, &own);
            }
        }
    }

    /// Counts the call as a step of the agent that makes it. An annotated tool inside one of
    /// another library is the same tool.
    fn step(&self) {
        if let Some(above) = self.above.as_ref().filter(|_| !self.is_foreign)
            && above.is_foreign
            && self.operation == Operation::ExecuteTool
            && above.operation == Operation::ExecuteTool
        {
            lock(&above.harvest).has_tool = true;
        }
        let agent = self.ancestors().find(|call| call.operation == Operation::InvokeAgent);
        if let Some(agent) = agent {
            lock(&agent.ledger).step(self.operation);
        }
    }

    pub(super) fn calls_below(&self) -> u64 {
        lock(&self.ledger).all().calls()
    }

    pub(super) fn is_annotated_model_call(&self) -> bool {
        !self.is_foreign && self.operation.is_model_call()
    }

    /// Returns the annotated call around a foreign one.
    pub(super) fn ours(&self) -> Option<&Arc<Self>> {
        self.ancestors().find(|call| !call.is_foreign)
    }

    /// Returns the calls above, the nearest first.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::successors(self.above.as_ref(), |call| call.above.as_ref())
    }

    /// Changes the record, if the call has not ended.
    pub(super) fn change(&self, change: impl FnOnce(&mut Record)) {
        if let Some(record) = &mut *lock(&self.record) {
            change(record);
        }
    }
}
