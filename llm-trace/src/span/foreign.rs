//! Owns [`Foreign`]: a call that another library traces, counted by the rules of our own.
//!
//! It is a node between the calls above and below it like any other, so that what is counted once
//! among our calls is counted once among all. It ends when its span closes, or with the call
//! around it if it has said by then what it used: a span that something still holds is not waited
//! for.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Instant;

use opentelemetry::KeyValue;
use tracing::Dispatch;
use tracing::span::Id;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::{Shared, handle, lineage, lock};
use crate::cost::{Cost, CostStatus};
use crate::foreign::Facts;
use crate::metrics;
use crate::operation::Operation;
use crate::provider::Provider;
use crate::record::Record;
use crate::semconv;
use crate::usage::Usage;

/// How many foreign calls are open: without any, a call of ours pays for one load.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Returns whether any foreign call is open.
pub(crate) fn is_any_open() -> bool {
    OPEN.load(Ordering::Relaxed) > 0
}

/// Returns the call that is kept with the spans around a span, those included that a filter hides
/// from the layer that asks.
pub(crate) fn kept_around(subscriber: &Dispatch, id: &Id) -> Option<Arc<Shared>> {
    kept_above(&subscriber.downcast_ref::<Registry>()?.span(id)?)
}

/// Returns the call that is kept with the spans around a span.
pub(crate) fn kept_above<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Option<Arc<Shared>> {
    lineage::kept_around(&span.parent()?)
}

/// Returns whether an annotated function is running here, or is around a span.
pub(crate) fn is_inside<'a, S: LookupSpan<'a>>(span: Option<&SpanRef<'a, S>>) -> bool {
    handle::innermost().is_some()
        || span
            .and_then(lineage::kept_around)
            .is_some_and(|call| !call.is_foreign || call.ours().is_some())
}

/// Keeps a foreign call with its span, for the calls below to find.
pub(crate) fn keep_foreign<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, foreign: &Foreign) {
    lineage::keep_with(span, &foreign.shared);
}

/// A call that another library traces.
#[derive(Debug)]
pub(crate) struct Foreign {
    pub(super) shared: Arc<Shared>,
    /// `None` once the call has ended.
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    facts: Facts,
    last_exit: Option<Instant>,
    /// Whether the span is exported, as far as that is known.
    is_hidden: bool,
}

/// What a foreign span lacks and the call around it knows.
#[derive(Debug)]
pub(crate) struct Lacking {
    pub(crate) provider: Option<Provider>,
    pub(crate) model: Option<Cow<'static, str>>,
}

impl Foreign {
    /// Starts a call. `around` is the call that is kept with the spans around, if there is one.
    ///
    /// `None` for an agent that an annotated function stands for already.
    pub(crate) fn start(facts: Facts, around: Option<Arc<Shared>>) -> Option<Arc<Self>> {
        let operation = facts.kind?.operation();
        let above = lineage::closest(handle::innermost(), around);
        let is_ours = above
            .as_ref()
            .is_some_and(|above| !above.is_foreign && above.operation == Operation::InvokeAgent);
        if is_ours && operation == Operation::InvokeAgent {
            return None;
        }
        OPEN.fetch_add(1, Ordering::Relaxed);
        let state = State { facts, last_exit: None, is_hidden: false };
        let foreign = Arc::new(Self {
            shared: Arc::new(Shared::foreign(operation, above)),
            state: Mutex::new(Some(state)),
        });
        if let Some(above) = &foreign.shared.above {
            lock(&above.harvest).watch(&foreign);
        }
        Some(foreign)
    }

    /// Takes what the span records, and returns what it lacks, if that is now certain.
    pub(crate) fn take(&self, take: impl FnOnce(&mut Facts)) -> Option<Lacking> {
        let mut state = lock(&self.state);
        let facts = &mut state.as_mut()?.facts;
        let had_usage = facts.has_usage();
        take(facts);
        // Who names a model names it with the request; usage comes with the answer.
        let is_certain = facts.has_usage() && !had_usage;
        if !is_certain || (facts.provider.is_some() && facts.model.is_some()) {
            return None;
        }
        let (has_provider, has_model) = (facts.provider.is_some(), facts.model.is_some());
        drop(state);
        let (provider, model) = self.asked_for();
        Some(Lacking {
            provider: provider.filter(|_| !has_provider),
            model: model.filter(|_| !has_model),
        })
    }

    /// Says that the span was left, which may be for good, and whether anything exports it.
    pub(crate) fn leave(&self, is_hidden: impl FnOnce() -> bool) {
        let is_first = lock(&self.state).as_ref().is_some_and(|state| state.last_exit.is_none());
        let is_hidden = is_first && is_hidden();
        if let Some(state) = &mut *lock(&self.state) {
            state.last_exit = Some(Instant::now());
            state.is_hidden |= is_hidden;
        }
    }

    /// Ends the call, if it has not ended, and hands its record on to be measured.
    pub(crate) fn end(&self, measure: impl Fn(&Record)) {
        let Some(State { facts, last_exit, is_hidden }) = lock(&self.state).take() else { return };
        OPEN.fetch_sub(1, Ordering::Relaxed);
        let ended = last_exit.unwrap_or_else(Instant::now);
        let is_known = facts.has_usage();
        let Some(mut record) = facts.into_record(ended - self.shared.started) else { return };
        let is_model_call = self.shared.operation.is_model_call();
        if is_model_call {
            let (provider, model) = self.asked_for();
            let request = &mut record.request;
            request.provider = request.provider.take().or(provider);
            request.model = request.model.take().or(model);
        }
        let above = self.shared.above.as_ref();
        let is_doubled = is_model_call && !is_known && self.shared.calls_below() == 0;
        if is_doubled && above.is_some_and(|above| above.is_annotated_model_call()) {
            // The call around it is the same one, and may yet learn what it used.
            // So are those before it: attempts of one call.
            self.tell(|seen| seen.take(record, is_hidden, false));
            return;
        }
        self.shared.settle(&mut record);
        if !is_model_call || record.is_counted_below {
            measure(&record);
            return;
        }
        if is_known || self.shared.ours().is_none() {
            measure(&record);
        }
        let before = self.tell(|seen| seen.take(record, is_hidden, is_known));
        if let Some(before) = before {
            measure(&before);
        }
    }

    /// Tells the annotated call around what this one was.
    fn tell<T>(&self, tell: impl FnOnce(&mut Seen) -> Option<T>) -> Option<T> {
        let ours = self.shared.ours()?;
        tell(lock(&ours.harvest).seen.get_or_insert_default())
    }

    /// Returns provider and model that the calls around were annotated with.
    fn asked_for(&self) -> (Option<Provider>, Option<Cow<'static, str>>) {
        let (mut provider, mut model) = (None, None);
        for call in self.shared.ancestors().filter(|call| !call.is_foreign) {
            if let Some(record) = &*lock(&call.record) {
                provider = provider.or_else(|| record.request.provider.clone());
                model = model.or_else(|| record.request.model.clone());
            }
        }
        (provider, model)
    }
}

/// One whose span never closes, because its subscriber is gone, is not open for ever.
impl Drop for Foreign {
    fn drop(&mut self) {
        if lock(&self.state).take().is_some() {
            OPEN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// What the foreign calls directly below a call are.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    open: Vec<Weak<Foreign>>,
    seen: Option<Box<Seen>>,
    /// Whether an annotated tool stands for this foreign one.
    pub(super) has_tool: bool,
}

impl Harvest {
    fn watch(&mut self, foreign: &Arc<Foreign>) {
        // A call that lives long keeps no list of all that ended inside it.
        if self.open.len() == self.open.capacity() {
            self.open.retain(|open| open.strong_count() > 0);
        }
        self.open.push(Arc::downgrade(foreign));
    }

    /// Ends those that have said what they used; others may yet say it to the calls above.
    pub(super) fn reap(harvest: &Mutex<Self>) {
        let open = std::mem::take(&mut lock(harvest).open);
        for foreign in open.iter().filter_map(Weak::upgrade) {
            let is_known =
                lock(&foreign.state).as_ref().is_some_and(|state| state.facts.has_usage());
            if is_known {
                foreign.end(metrics::record);
            }
        }
    }

    pub(super) fn take_seen(&mut self) -> Option<Box<Seen>> {
        self.seen.take()
    }
}

/// What the foreign calls of a model said, those with no annotated call between.
#[derive(Debug, Default)]
pub(super) struct Seen {
    calls: u64,
    provider: Same<Provider>,
    model: Same<Cow<'static, str>>,
    response_model: Same<String>,
    id: Same<String>,
    last: Vec<opentelemetry::StringValue>,
    usage: Usage,
    cost: Option<Result<Cost, CostStatus>>,
    /// Whether the span of any of them is not exported.
    is_hidden: bool,
    /// The last one, if it did not say what it used, and perhaps failed: whoever calls it knows.
    silent: Option<Box<Record>>,
}

impl Seen {
    /// Takes one more, and returns the one before if nothing explained that.
    fn take(&mut self, record: Record, is_hidden: bool, is_known: bool) -> Option<Box<Record>> {
        self.calls += 1;
        self.is_hidden |= is_hidden;
        self.provider.take(record.request.provider.as_ref());
        self.model.take(record.request.model.as_ref());
        self.response_model.take(record.response.model.as_ref());
        self.id.take(record.response.id.as_ref());
        self.last.clone_from(&record.response.finish_reasons);
        if !is_known {
            return self.silent.replace(Box::new(record));
        }
        self.usage.add(record.response.usage);
        self.cost = match (self.cost.take(), record.cost) {
            (Some(Ok(sum)), Some(Ok(cost))) => Some(Ok(sum.plus(&cost))),
            (Some(Err(status)), _) | (_, Some(Err(status))) => Some(Err(status)),
            (one, other) => one.or(other),
        };
        None
    }

    /// Adds to the record of the call around what it does not know itself.
    pub(super) fn complete(self, record: &mut Record, is_counted_below: bool) {
        let Record { request, response, .. } = record;
        if let (None, Some(provider)) = (&request.provider, self.provider.one()) {
            let name = provider.as_str().to_owned();
            request.attributes.push(KeyValue::new(semconv::PROVIDER_NAME, name));
        }
        if let (None, Some(model)) = (&request.model, self.model.one()) {
            request.attributes.push(KeyValue::new(semconv::REQUEST_MODEL, model));
        }
        response.model = response.model.take().or(self.response_model.one());
        let id = self.id.one().filter(|_| self.calls == 1);
        response.id = response.id.take().or(id);
        if response.finish_reasons.is_empty() {
            response.finish_reasons = self.last;
        }
        if self.is_hidden && is_counted_below {
            response.usage = self.usage;
            record.cost = self.cost;
        }
    }

    /// Measures the call that did not say how it ended, now that the call around it has.
    pub(super) fn measure_silent(&mut self, record: &Record) {
        if let Some(mut silent) = self.silent.take() {
            if silent.error_type.is_none() {
                silent.error_type.clone_from(&record.error_type);
            }
            metrics::record(&silent);
        }
    }
}

/// A value, as long as it is the same every time.
#[derive(Debug, Default)]
enum Same<T> {
    #[default]
    Never,
    Always(T),
    Differs,
}

impl<T: Clone + PartialEq> Same<T> {
    fn take(&mut self, value: Option<&T>) {
        let Some(value) = value else { return };
        match self {
            Self::Never => *self = Self::Always(value.clone()),
            Self::Always(same) if same == value => {}
            _ => *self = Self::Differs,
        }
    }

    fn one(self) -> Option<T> {
        match self {
            Self::Always(value) => Some(value),
            _ => None,
        }
    }
}
