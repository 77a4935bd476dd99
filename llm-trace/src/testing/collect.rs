//! Collects spans as they start and end, with ids that are counted if asked for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use opentelemetry::Context;
use opentelemetry::trace::{Span as _, SpanId, TraceId};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{IdGenerator, Span, SpanData, SpanProcessor};

use crate::export::repair;

/// What has started, and what has ended.
#[derive(Debug, Default)]
pub(super) struct Spans {
    started: Mutex<HashMap<SpanId, String>>,
    ended: Mutex<Vec<SpanData>>,
}

impl Spans {
    /// The names of the spans that have not ended.
    pub(super) fn open(&self) -> Vec<String> {
        let mut names: Vec<_> = lock(&self.started).values().cloned().collect();
        names.sort();
        names
    }

    /// The spans that have ended, in the order in which they started.
    pub(super) fn ended(&self) -> Vec<SpanData> {
        let mut spans = lock(&self.ended).clone();
        spans.sort_by_key(|span| span.start_time);
        spans
    }

    pub(super) fn clear(&self) {
        lock(&self.ended).clear();
    }
}

/// Puts spans into [`Spans`].
#[derive(Debug)]
pub(super) struct Collect(pub(super) Arc<Spans>);

impl SpanProcessor for Collect {
    fn on_start(&self, span: &mut Span, _context: &Context) {
        let name = span.exported_data().map(|data| data.name.into_owned()).unwrap_or_default();
        lock(&self.0.started).insert(span.span_context().span_id(), name);
    }

    fn on_end(&self, mut span: SpanData) {
        // As it is exported; what it is about was measured by the layer.
        let _ = repair(&mut span);
        lock(&self.0.started).remove(&span.span_context.span_id());
        lock(&self.0.ended).push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Ids that are counted from 1.
#[derive(Debug, Default)]
pub(super) struct Counted {
    traces: AtomicU64,
    spans: AtomicU64,
}

impl IdGenerator for Counted {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from(u128::from(self.traces.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Replaces the clock by one that ticks a millisecond for every start and end of a span.
pub(super) fn fix_clock(spans: &mut [SpanData]) {
    let starts = spans.iter().enumerate().map(|(at, span)| (span.start_time, false, at));
    let ends = spans.iter().enumerate().map(|(at, span)| (span.end_time, true, at));
    let mut ticks: Vec<_> = starts.chain(ends).collect();
    ticks.sort_unstable();
    for ((_, is_end, at), tick) in ticks.into_iter().zip(0..) {
        let (span, time) = (&mut spans[at], SystemTime::UNIX_EPOCH + Duration::from_millis(tick));
        if is_end {
            span.end_time = time;
        } else {
            span.start_time = time;
            for event in &mut span.events.events {
                event.timestamp = time;
            }
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
