//! Owns [`Buffer`]: the traces that are held back, oldest first, and how much they may take.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Instant;

use opentelemetry::trace::TraceId;
use opentelemetry_sdk::trace::SpanData;

use super::counts::Decision;
use super::reading::{Reading, weight};
use super::settings::TailSampling;

/// What a trace takes beside its spans.
const TRACE: usize = 256;

/// What becomes of spans that are no longer held back.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) is_kept: bool,
    /// `None` if the trace was decided before.
    pub(super) decision: Option<Decision>,
    /// What was held back, and the span that decided, if it was one.
    pub(super) spans: Vec<SpanData>,
}

impl Decided {
    fn new(decision: Decision, spans: Vec<SpanData>) -> Self {
        Self { is_kept: decision.is_kept(), decision: Some(decision), spans }
    }
}

/// Traces that are held back.
#[derive(Debug)]
pub(super) struct Buffer {
    rule: TailSampling,
    traces: HashMap<TraceId, Trace>,
    /// The traces in the order in which they started, and when.
    order: BTreeMap<u64, (TraceId, Instant)>,
    next: u64,
    spans: usize,
    bytes: usize,
    kept: Kept,
}

#[derive(Debug)]
struct Trace {
    number: u64,
    /// How many of its spans have not ended.
    open: usize,
    spans: Vec<SpanData>,
    bytes: usize,
    cost: f64,
}

impl Buffer {
    pub(super) fn new(rule: TailSampling) -> Self {
        Self {
            rule,
            traces: HashMap::new(),
            order: BTreeMap::new(),
            next: 0,
            spans: 0,
            bytes: 0,
            kept: Kept::new(rule.max_traces),
        }
    }

    /// Notes that a span is open.
    pub(super) fn start(&mut self, id: TraceId, now: Instant) {
        if self.kept.contains(id) {
            return;
        }
        match self.traces.entry(id) {
            Entry::Occupied(mut trace) => trace.get_mut().open += 1,
            Entry::Vacant(place) => {
                let number = self.next;
                self.next += 1;
                self.order.insert(number, (id, now));
                place.insert(Trace { number, open: 1, spans: Vec::new(), bytes: TRACE, cost: 0.0 });
                self.bytes += TRACE;
            }
        }
    }

    /// Takes a span that ended. Returns it with the others if that decides its trace.
    pub(super) fn end(&mut self, span: SpanData) -> Option<Decided> {
        let id = span.span_context.trace_id();
        if self.kept.contains(id) {
            return Some(Decided { is_kept: true, decision: None, spans: vec![span] });
        }
        let reading = Reading::of(&span);
        let Entry::Occupied(mut entry) = self.traces.entry(id) else {
            // Its trace had to be decided before; that it fails is worth keeping all the same.
            return Some(match self.rule.reason(&reading, reading.cost) {
                Some(reason) => {
                    self.kept.insert(id);
                    Decided::new(reason, vec![span])
                }
                None => Decided { is_kept: false, decision: None, spans: vec![span] },
            });
        };
        let trace = entry.get_mut();
        trace.open = trace.open.saturating_sub(1);
        trace.cost += reading.cost;
        let is_last = trace.open == 0;
        let reason = self.rule.reason(&reading, trace.cost);
        let (bytes, room) = (weight(&span), trace.spans.capacity());
        trace.spans.push(span);
        let bytes = bytes + (trace.spans.capacity() - room) * size_of::<SpanData>();
        trace.bytes += bytes;
        self.spans += 1;
        self.bytes += bytes;
        if reason.is_some() || is_last {
            let trace = entry.remove();
            return Some(self.decide(id, trace, reason.unwrap_or(Decision::Dropped)));
        }
        None
    }

    /// Decides the oldest trace, if there is more than there is room for.
    pub(super) fn excess(&mut self, now: Instant) -> Option<Decided> {
        let is_full = self.traces.len() > self.rule.max_traces
            || self.spans > self.rule.max_spans
            || self.bytes > self.rule.max_bytes;
        if is_full { self.oldest(now, Decision::Evicted) } else { None }
    }

    /// Decides the oldest trace, if its time is over.
    pub(super) fn expired(&mut self, now: Instant) -> Option<Decided> {
        let (_, (_, started)) = self.order.first_key_value()?;
        let age = now.saturating_duration_since(*started);
        let is_over = age >= self.rule.slow.min(self.rule.max_age);
        if is_over { self.oldest(now, Decision::Evicted) } else { None }
    }

    /// Decides a trace that will not end any more.
    pub(super) fn last(&mut self, now: Instant) -> Option<Decided> {
        self.oldest(now, Decision::Dropped)
    }

    /// Decides the oldest trace before its end: what takes too long by now is slow.
    fn oldest(&mut self, now: Instant, otherwise: Decision) -> Option<Decided> {
        let (_, (id, started)) = self.order.first_key_value()?;
        let (id, age) = (*id, now.saturating_duration_since(*started));
        let trace = self.traces.remove(&id)?;
        Some(self.decide(id, trace, if age >= self.rule.slow { Decision::Slow } else { otherwise }))
    }

    fn decide(&mut self, id: TraceId, trace: Trace, decision: Decision) -> Decided {
        self.order.remove(&trace.number);
        self.spans -= trace.spans.len();
        self.bytes -= trace.bytes;
        if decision.is_kept() {
            self.kept.insert(id);
        }
        Decided::new(decision, trace.spans)
    }
}

impl TailSampling {
    /// Returns why a trace is kept, after one of its spans.
    fn reason(&self, reading: &Reading, cost: f64) -> Option<Decision> {
        if reading.is_error {
            Some(Decision::Error)
        } else if reading.duration >= self.slow {
            Some(Decision::Slow)
        } else if cost >= self.expensive {
            Some(Decision::Expensive)
        } else {
            None
        }
    }
}

/// The last traces that were kept for a reason: what comes of them later is kept too.
#[derive(Debug)]
struct Kept {
    room: usize,
    ids: HashSet<TraceId>,
    order: VecDeque<TraceId>,
}

impl Kept {
    fn new(room: usize) -> Self {
        Self { room, ids: HashSet::new(), order: VecDeque::new() }
    }

    fn contains(&self, id: TraceId) -> bool {
        self.ids.contains(&id)
    }

    fn insert(&mut self, id: TraceId) {
        if !self.ids.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > self.room
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }
}
