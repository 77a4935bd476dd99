//! Owns a call from start to end: [`Call`] is the one guard, and the only code that ends a span.
//!
//! The span is a `tracing` span, so that everything below it nests; what is known late goes to the
//! OpenTelemetry span inside it. Nothing is recorded when nobody listens, and who listens decides
//! what is computed: hashes need a recording span, the answer is read for spans, metrics or logs.

mod attributes;
pub(crate) mod direct;
pub(crate) mod foreign;
mod future;
mod handle;
mod inherit;
mod iterator;
mod lineage;
mod log;
mod name;
mod seen;
mod settle;
mod site;
mod start;
mod stream;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::chunks::Chunks;
use crate::logs;
use crate::metrics;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::response::Response;
use crate::totals::Ledger;
use foreign::Harvest;
use start::Started;

pub(crate) use foreign::{
    Foreign, Lacking, is_any_open, is_inside, keep_foreign, kept_above, kept_around,
};

pub use future::{Read, Traced, deferred, deferred_then, future, future_then};
pub(crate) use inherit::told;

pub use handle::{CallHandle, current, keep_totals};
pub use iterator::{TracedIterator, iterator};
pub use name::{join, joined_len};
pub use seen::{WithTraceContext, with_trace_context, with_trace_context_sync};
pub use site::{FIELDS, Site};
pub use start::{Heard, begin, begin_with};
pub use stream::{TracedStream, stream};

/// One call of an annotated function. Inactive when nobody listens; ends when dropped.
#[derive(Debug)]
pub struct Call {
    active: Option<Active>,
}

#[derive(Debug)]
struct Active {
    span: tracing::Span,
    shared: Arc<Shared>,
    /// What was current before, while the call is current.
    outer: Option<handle::Outer>,
    /// Whether the answer comes in chunks, and the function has given it.
    is_stream: bool,
    /// What the chunks said, if anybody wants to hear of it.
    chunks: Option<Box<Chunks>>,
}

/// What the guard and the handles of [`current`] have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    operation: Operation,
    started: Instant,
    /// The context of our OpenTelemetry span, if there is one.
    context: Option<Context>,
    /// Whether no layer made that span, so that it is made current and ended here.
    is_direct: bool,
    is_recording: bool,
    /// The call above, to which what this one uses is added.
    above: Option<Arc<Shared>>,
    /// What the calls below used.
    ledger: Mutex<Ledger>,
    /// What another library's spans directly below said.
    harvest: Mutex<Harvest>,
    /// Whether the call is one that another library traces.
    is_foreign: bool,
    /// `None` once the call has ended.
    record: Mutex<Option<Box<Record>>>,
}

/// What the return value says: filled by the expansion's reader.
#[derive(Debug)]
pub struct Answer<'a> {
    record: &'a mut Record,
}

impl Answer<'_> {
    /// Returns the response, to be read into.
    pub fn response(&mut self) -> &mut Response {
        &mut self.record.response
    }

    /// Says that the function returned an error.
    pub fn fail(&mut self, error_type: Cow<'static, str>, text: Option<String>) {
        self.record.outcome = Outcome::Error;
        self.record.error_type = Some(error_type);
        self.record.error_text = text;
    }
}

/// Runs a plain function as a call, and reads what it returns.
#[inline]
pub fn call<T>(call: Call, body: impl FnOnce() -> T, read: impl FnOnce(&mut Answer<'_>, &T)) -> T {
    call_then(call, body, |mut call, returned| {
        call.returned(&returned, read);
        returned
    })
}

/// Runs a plain function as a call, and hands the call on with what it returns.
#[inline]
pub fn call_then<T, U>(
    mut call: Call,
    body: impl FnOnce() -> T,
    then: impl FnOnce(Call, T) -> U,
) -> U {
    let returned = {
        let _running = call.run();
        body()
    };
    then(call, returned)
}

fn enter(span: &tracing::Span) {
    span.with_subscriber(|(id, subscriber)| subscriber.enter(id));
}

fn exit(span: &tracing::Span) {
    span.with_subscriber(|(id, subscriber)| subscriber.exit(id));
}

impl Call {
    fn new(started: Started, above: Option<Arc<Shared>>, record: Box<Record>) -> Self {
        let Started { span, context, is_recording, is_direct } = started;
        let operation = record.request.operation;
        let shared = Arc::new(Shared {
            operation,
            started: Instant::now(),
            context,
            is_direct,
            is_recording,
            above,
            ledger: Mutex::default(),
            harvest: Mutex::default(),
            is_foreign: false,
            record: Mutex::new(Some(record)),
        });
        seen::note(&shared);
        // What a model call calls, it calls on its own task; agents and workflows spawn. A direct
        // span is known to nobody else who could say what it is the parent of.
        if !operation.is_model_call() || is_direct {
            lineage::keep(&span, &shared);
        }
        let outer = Some(handle::make_current(shared.clone()));
        Self { active: Some(Active { span, shared, outer, is_stream: false, chunks: None }) }
    }

    /// Takes the call out of a place that may be left behind.
    fn take(&mut self) -> Self {
        Self { active: self.active.take() }
    }

    #[inline]
    fn is_active(&self) -> bool {
        self.active.is_some()
    }

    /// Makes the call current until the returned guard is dropped; a drop by a panic ends it.
    fn run(&mut self) -> Running<'_> {
        if let Some(active) = &mut self.active
            && active.outer.is_none()
            && handle::is_possible()
        {
            enter(&active.span);
            if active.shared.is_direct {
                direct::enter(active.shared.context.as_ref());
            }
            active.outer = Some(handle::make_current(active.shared.clone()));
        }
        Running { call: self, panicking: std::thread::panicking() }
    }

    /// Ends the call with what the function returned. Not inline: the path of a call that nobody
    /// hears stays short.
    #[inline(never)]
    pub fn returned<T>(&mut self, returned: &T, read: impl FnOnce(&mut Answer<'_>, &T)) {
        let Some(active) = self.active.take() else { return };
        let Some(mut record) = active.shared.take() else { return };
        if !active.is_heard() {
            return;
        }
        let said = record.listen(active.shared.is_recording);
        // A reader that a user wrote may panic; the program it observes goes on.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            read(&mut Answer { record: &mut record }, returned);
        }));
        record.overlay(said);
        active.end(record);
    }

    /// Goes on while the answer comes in chunks.
    fn start_stream(&mut self) {
        let Some(active) = &mut self.active else { return };
        active.is_stream = true;
        active.chunks = active.is_heard().then(|| {
            let Shared { started, is_recording, .. } = *active.shared;
            let record = lock(&active.shared.record);
            let asked = record.as_ref().and_then(|record| record.request.asked.as_ref());
            let heard = asked.map(|asked| Box::new(asked.hear(true)));
            Box::new(Chunks::new(started, is_recording, metrics::is_enabled(), heard))
        });
    }

    /// Reads what came in place of the next chunk.
    fn chunk<T>(&mut self, chunk: &T, read: impl FnOnce(&mut Chunks, &T)) {
        if let Some(chunks) = self.active.as_mut().and_then(|active| active.chunks.as_mut()) {
            // As above: a reader that a user wrote may panic.
            let _ = catch_unwind(AssertUnwindSafe(|| read(chunks, chunk)));
        }
    }

    /// Ends the call without a return value.
    fn end(&mut self, outcome: Outcome) {
        let Some(mut active) = self.active.take() else { return };
        let Some(mut record) = active.shared.take() else { return };
        record.outcome = outcome;
        record.error_type = outcome.is_failure().then(|| Cow::Borrowed(outcome.as_str()));
        if let Some(chunks) = active.chunks.take() {
            record.end_stream(*chunks);
        }
        if active.is_heard() {
            active.end(record);
        }
    }
}

/// A call that nothing ended was dropped: cancelled, or abandoned if chunks were to be had.
impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if let Some(active) = &self.active {
            let is_stream = active.is_stream;
            self.end(if is_stream { Outcome::Abandoned } else { Outcome::Cancelled });
        }
    }
}

/// While this lives, the code that runs belongs to the call.
struct Running<'a> {
    call: &'a mut Call,
    panicking: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(active) = &mut self.call.active {
            active.leave();
        }
        if std::thread::panicking() && !self.panicking {
            self.call.end(Outcome::Panic);
        }
    }
}

/// A call that nobody hears is dropped as it is.
impl Drop for Active {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Active {
    /// Makes current again what was current before.
    fn leave(&mut self) {
        if self.outer.take().is_some() {
            if self.shared.is_direct {
                direct::exit(self.shared.context.as_ref());
            }
            exit(&self.span);
        }
    }

    /// Returns whether what the answer says is of use to anybody.
    fn is_heard(&self) -> bool {
        self.shared.is_recording
            || self.shared.above.is_some()
            || metrics::is_enabled()
            || logs::is_enabled()
            || (self.shared.is_logged() && log::is_enabled())
    }

    fn end(mut self, mut record: Box<Record>) {
        self.leave();
        record.duration = self.shared.started.elapsed();
        record.response.end_text();
        self.shared.settle(&mut record);
        metrics::record(&record);
        logs::failed(&record, self.shared.context.as_ref());
        if self.shared.is_logged() {
            log::record(&self.span, &record);
        }
        if let Some(context) = &self.shared.context {
            if self.shared.is_recording {
                attributes::write(&context.span(), &mut record);
            }
            if self.shared.is_direct {
                context.span().end();
            }
        }
    }
}

impl Shared {
    /// Returns whether the text log is told of the call: a layer would put that on its span.
    fn is_logged(&self) -> bool {
        self.context.is_none() || self.is_direct
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
