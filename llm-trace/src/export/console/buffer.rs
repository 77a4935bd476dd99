//! Owns [`Buffer`]: finished spans that wait for the span above them, and how many may.
//!
//! A span waits while its parent is open, or waits itself. One whose parent is neither completes a
//! tree: it is the local root, or it ended after its root.

use std::collections::{HashMap, VecDeque};

use opentelemetry::trace::{SpanId, TraceId};

use super::row::Row;

/// How many spans may wait, and in how many traces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) traces: usize,
    pub(super) spans: usize,
}

/// Spans that are printed together.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) state: State,
    pub(super) rows: Vec<Row>,
    /// How many spans are left out.
    pub(super) more: usize,
    /// Whether every span below each of the spans is there, so that they may be added up.
    pub(super) is_whole: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Complete,
    /// A span above has not ended.
    Incomplete,
    /// The spans above were printed before.
    Late,
}

/// Finished spans that wait.
#[derive(Debug)]
pub(super) struct Buffer {
    limits: Limits,
    /// Traces with open spans, oldest first.
    traces: VecDeque<Trace>,
    /// The last traces of which something was printed.
    printed: VecDeque<TraceId>,
}

#[derive(Debug)]
struct Trace {
    id: TraceId,
    /// `None` for a span that is open.
    spans: HashMap<SpanId, Option<Row>>,
    more: usize,
    /// Whether spans were printed without the one above them.
    is_torn: bool,
}

impl Buffer {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, traces: VecDeque::new(), printed: VecDeque::new() }
    }

    /// Notes that a span is open. Returns what has to make room for it.
    pub(super) fn start(&mut self, trace: TraceId, span: SpanId) -> Option<Tree> {
        if let Some(at) = self.position(trace) {
            let spans = &mut self.traces[at].spans;
            if spans.len() < self.limits.spans {
                spans.insert(span, None);
            }
            return None;
        }
        let oldest = (self.traces.len() >= self.limits.traces).then(|| self.traces.pop_front());
        self.traces.push_back(Trace {
            id: trace,
            spans: HashMap::from([(span, None)]),
            more: 0,
            is_torn: false,
        });
        oldest.flatten().and_then(|mut oldest| self.print_unfinished(&mut oldest))
    }

    /// Takes a span that ended. Returns the tree that it completes.
    pub(super) fn end(&mut self, trace: TraceId, row: Row) -> Option<Tree> {
        let has_parent = row.parent.is_some();
        let (rows, more, is_whole) = match self.position(trace) {
            None => (vec![row], 0, true),
            Some(at) => {
                let trace = &mut self.traces[at];
                let is_known = trace.spans.contains_key(&row.id);
                if !is_known && has_parent && trace.spans.len() >= self.limits.spans {
                    trace.more += 1;
                    return None;
                }
                if row.parent.is_some_and(|parent| trace.spans.contains_key(&parent)) {
                    trace.spans.insert(row.id, Some(row));
                    return None;
                }
                let rows = trace.take_tree(row);
                let more = std::mem::take(&mut trace.more);
                let is_last = trace.spans.is_empty();
                trace.is_torn |= more > 0;
                let is_whole = is_last && !trace.is_torn;
                if is_last {
                    self.traces.remove(at);
                }
                (rows, more, is_whole)
            }
        };
        let is_late = has_parent && self.printed.contains(&trace);
        self.remember(trace);
        let state = if is_late { State::Late } else { State::Complete };
        Some(Tree { state, rows, more, is_whole })
    }

    /// Takes everything that waits.
    pub(super) fn drain(&mut self) -> Vec<Tree> {
        let mut traces = std::mem::take(&mut self.traces);
        let trees = traces.iter_mut().filter_map(|trace| self.print_unfinished(trace)).collect();
        traces.retain(|trace| !trace.spans.is_empty());
        self.traces = traces;
        trees
    }

    fn print_unfinished(&mut self, trace: &mut Trace) -> Option<Tree> {
        let rows: Vec<Row> = trace.spans.values_mut().filter_map(Option::take).collect();
        for row in &rows {
            trace.spans.remove(&row.id);
        }
        let more = std::mem::take(&mut trace.more);
        if rows.is_empty() && more == 0 {
            return None;
        }
        let is_whole = !trace.is_torn && more == 0;
        trace.is_torn = true;
        self.remember(trace.id);
        Some(Tree { state: State::Incomplete, rows, more, is_whole })
    }

    fn remember(&mut self, trace: TraceId) {
        if self.printed.contains(&trace) {
            return;
        }
        if self.printed.len() >= self.limits.traces {
            self.printed.pop_front();
        }
        self.printed.push_back(trace);
    }

    fn position(&self, trace: TraceId) -> Option<usize> {
        // New traces are the busy ones.
        self.traces.iter().rposition(|known| known.id == trace)
    }
}

impl Trace {
    /// Takes `root` and what waits below it.
    fn take_tree(&mut self, root: Row) -> Vec<Row> {
        self.spans.remove(&root.id);
        let mut children: HashMap<SpanId, Vec<SpanId>> = HashMap::new();
        for row in self.spans.values().flatten() {
            if let Some(parent) = row.parent {
                children.entry(parent).or_default().push(row.id);
            }
        }
        let mut taken = vec![root];
        let mut at = 0;
        while at < taken.len() {
            let below = children.remove(&taken[at].id).unwrap_or_default();
            taken.extend(below.iter().filter_map(|child| self.spans.remove(child).flatten()));
            at += 1;
        }
        taken
    }
}
