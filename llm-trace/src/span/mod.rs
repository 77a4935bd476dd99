//! Owns a call from start to end: [`Call`] is the one guard, and the only code that ends a span.
//!
//! The span is a `tracing` span, so that everything below it nests; what is known late goes to the
//! OpenTelemetry span inside it. Nothing is recorded when nobody listens, and who listens decides
//! what is computed: hashes need a recording span, the answer is read for spans, metrics or logs.

mod attributes;
mod future;
mod handle;
mod iterator;
mod lineage;
mod log;
mod name;
mod site;
mod stream;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::chunks::Chunks;
use crate::metrics;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::record::Record;
use crate::request::Request;
use crate::response::Response;
use crate::semconv;
use crate::totals::{Ledger, Totals};

pub use future::{Read, Traced, deferred, deferred_then, future, future_then};
pub use handle::{CallHandle, current, keep_totals};
pub use iterator::{TracedIterator, iterator};
pub use name::{join, joined_len};
pub use site::{FIELDS, Site};
pub use stream::{TracedStream, stream};

/// Room for the late attributes of an ordinary call, so that their list does not grow.
const ATTRIBUTES: usize = 18;

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
struct Shared {
    started: Instant,
    /// The context of our OpenTelemetry span, if a layer made one.
    context: Option<Context>,
    is_recording: bool,
    /// The call above, to which what this one uses is added.
    above: Option<Arc<Shared>>,
    /// What the calls below used.
    ledger: Mutex<Ledger>,
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
    pub fn fail(&mut self, error_type: Cow<'static, str>) {
        self.record.outcome = Outcome::Error;
        self.record.error_type = Some(error_type);
    }
}

/// Starts a call. `identify` sets what the span is created with, `describe` what it gets later;
/// neither runs when nobody listens, and `describe` only for a recording span.
///
/// The call is current when this returns, until the first poll, or the function, is over.
#[inline]
pub fn begin(
    site: &'static Site,
    identify: impl FnOnce(&mut Request),
    describe: impl FnOnce(&mut Request),
) -> Call {
    let enabled = site.is_enabled();
    if !enabled && !metrics::is_enabled() && !handle::totals_are_kept() {
        return Call { active: None };
    }
    let mut request = site.request();
    identify(&mut request);
    let mut record = Box::new(Record::new(request));
    let above = handle::innermost().or_else(lineage::around);
    let started = site.start(enabled, &record.request);
    if started.is_recording {
        record.request.hashing = true;
        record.request.attributes.reserve(ATTRIBUTES);
        describe(&mut record.request);
    }
    Call::new(started, above, record)
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

/// A span that was created and entered.
struct Started {
    span: tracing::Span,
    context: Option<Context>,
    is_recording: bool,
}

impl Site {
    fn request(&self) -> Request {
        let mut request = Request::new(self.operation);
        request.provider.clone_from(&self.provider);
        request.model = self.model.map(Cow::Borrowed);
        request.target = self.target.map(Cow::Borrowed);
        if let Some((address, port)) = self.server {
            request.server_address = Some(Cow::Borrowed(address));
            request.server_port = port;
        }
        request
    }

    /// Creates and enters the span.
    fn start(&self, enabled: bool, request: &Request) -> Started {
        if !enabled {
            return Started { span: tracing::Span::none(), context: None, is_recording: false };
        }
        let span = self.span(request);
        // The context that entering makes current is our span's, unless no layer made one.
        let outside = Context::map_current(|outer| outer.span().span_context().span_id());
        enter(&span);
        let context = Context::current();
        let inside = context.span().span_context().span_id();
        let is_recording = inside != outside && context.span().is_recording();
        Started { span, context: (inside != outside).then_some(context), is_recording }
    }

    fn span(&self, request: &Request) -> tracing::Span {
        let name = match (self.name, &request.model) {
            (Some(_), _) => None,
            (None, Some(model)) => Some(name::with_model(self.operation, model)),
            (None, None) => Some(Cow::Borrowed(self.operation.as_str())),
        };
        let name = name.as_deref();
        let kind = if self.client { "client" } else { "internal" };
        let operation = self.operation.as_str();
        let provider = request.provider.as_ref().map(Provider::as_str);
        let model = request.model.as_deref();
        let target = request.target.as_deref();
        let agent = request.agent.as_deref();
        let tool_type = request.tool_type.as_deref();
        let address = request.server_address.as_deref();
        let port = request.server_port.map(i64::from);

        let mut values = site::Values::default();
        values.set("otel.name", name.as_ref());
        values.set("otel.kind", Some(&kind));
        values.set(semconv::OPERATION_NAME, Some(&operation));
        values.set(semconv::PROVIDER_NAME, provider.as_ref());
        values.set(semconv::REQUEST_MODEL, model.as_ref());
        values.set(semconv::AGENT_NAME, agent.as_ref());
        values.set(self.operation.name_attribute(), target.as_ref());
        values.set(semconv::TOOL_TYPE, tool_type.as_ref());
        values.set(semconv::SERVER_ADDRESS, address.as_ref());
        values.set(semconv::SERVER_PORT, port.as_ref());
        values.span(self.metadata)
    }
}

fn enter(span: &tracing::Span) {
    span.with_subscriber(|(id, subscriber)| subscriber.enter(id));
}

fn exit(span: &tracing::Span) {
    span.with_subscriber(|(id, subscriber)| subscriber.exit(id));
}

impl Call {
    fn new(started: Started, above: Option<Arc<Shared>>, record: Box<Record>) -> Self {
        let Started { span, context, is_recording } = started;
        let spawns = !record.request.operation.is_model_call();
        let shared = Arc::new(Shared {
            started: Instant::now(),
            context,
            is_recording,
            above,
            ledger: Mutex::default(),
            record: Mutex::new(Some(record)),
        });
        // What a model call calls, it calls on its own task; agents and workflows spawn.
        if spawns {
            lineage::keep(&span, &shared);
        }
        let outer = Some(handle::make_current(shared.clone()));
        Self { active: Some(Active { span, shared, outer, is_stream: false, chunks: None }) }
    }

    /// Takes the call out of a place that may be left behind.
    fn take(&mut self) -> Self {
        Self { active: self.active.take() }
    }

    fn is_active(&self) -> bool {
        self.active.is_some()
    }

    /// Makes the call current until the returned guard is dropped; a drop by a panic ends it.
    fn run(&mut self) -> Running<'_> {
        if let Some(active) = &mut self.active
            && active.outer.is_none()
        {
            enter(&active.span);
            active.outer = Some(handle::make_current(active.shared.clone()));
        }
        Running { call: self, panicking: std::thread::panicking() }
    }

    /// Ends the call with what the function returned.
    pub fn returned<T>(&mut self, returned: &T, read: impl FnOnce(&mut Answer<'_>, &T)) {
        let Some(active) = self.active.take() else { return };
        let Some(mut record) = active.shared.take() else { return };
        if active.is_heard() {
            let said = record.listen(active.shared.is_recording);
            // A reader that a user wrote may panic; the program it observes goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                read(&mut Answer { record: &mut record }, returned);
            }));
            record.overlay(said);
        }
        active.end(record);
    }

    /// Goes on while the answer comes in chunks.
    fn start_stream(&mut self) {
        let Some(active) = &mut self.active else { return };
        active.is_stream = true;
        active.chunks = active.is_heard().then(|| {
            let Shared { started, is_recording, .. } = *active.shared;
            Box::new(Chunks::new(started, is_recording, metrics::is_enabled()))
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
        active.end(record);
    }
}

/// A call that nothing ended was dropped: cancelled, or abandoned if chunks were to be had.
impl Drop for Call {
    fn drop(&mut self) {
        let is_stream = self.active.as_ref().is_some_and(|active| active.is_stream);
        self.end(if is_stream { Outcome::Abandoned } else { Outcome::Cancelled });
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

impl Active {
    /// Makes current again what was current before.
    fn leave(&mut self) {
        if self.outer.take().is_some() {
            exit(&self.span);
        }
    }

    /// Returns whether what the answer says is of use to anybody.
    fn is_heard(&self) -> bool {
        self.shared.is_recording
            || self.shared.above.is_some()
            || metrics::is_enabled()
            || (self.shared.context.is_none() && log::is_enabled())
    }

    fn end(mut self, mut record: Box<Record>) {
        self.leave();
        record.duration = self.shared.started.elapsed();
        record.response.end_text();
        self.shared.settle(&mut record);
        metrics::record(&record);
        match &self.shared.context {
            Some(context) if self.shared.is_recording => {
                attributes::write(&context.span(), &mut record);
            }
            Some(_) => {}
            None => log::record(&self.span, &record),
        }
    }
}

impl Shared {
    fn take(&self) -> Option<Box<Record>> {
        lock(&self.record).take()
    }

    /// Adds what the call used to the calls above, unless the calls below have used it: then it
    /// was counted there, and this call carries their totals.
    fn settle(&self, record: &mut Record) {
        let below = lock(&self.ledger).all();
        let Record { request, response, totals, .. } = record;
        if below.calls() > 0 {
            response.forget_usage();
            *totals = Some(below);
            return;
        }
        if !request.operation.is_model_call() && response.usage.is_empty() {
            return;
        }
        let own = Totals::of_call(&response.usage, response.cost);
        let model = response.model.as_deref().or(request.model.as_deref()).unwrap_or_default();
        let mut above = self.above.as_ref();
        while let Some(call) = above {
            lock(&call.ledger).add(model, &own);
            above = call.above.as_ref();
        }
    }

    /// Changes the record, if the call has not ended.
    fn change(&self, change: impl FnOnce(&mut Record)) {
        if let Some(record) = &mut *lock(&self.record) {
            change(record);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
