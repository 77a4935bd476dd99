//! Owns a call from start to end: [`Call`] is the one guard, and the only code that ends a span.
//!
//! The span is a `tracing` span, so that everything below it nests; what is known late goes to the
//! OpenTelemetry span inside it. Nothing is recorded when nobody listens, and who listens decides
//! what is computed: hashes need a recording span, the answer is read for spans, metrics or logs.

mod attributes;
mod future;
mod handle;
mod lineage;
mod log;
mod name;
mod site;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::cost::Cost;
use crate::metrics;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::pricing;
use crate::provider::Provider;
use crate::record::Record;
use crate::request::Request;
use crate::response::Response;
use crate::semconv;
use crate::totals::{Ledger, Totals};

pub use future::{Traced, deferred, future};
pub use handle::{CallHandle, current, keep_totals};
pub use name::{join, joined_len};
pub use site::{FIELDS, Site};

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
}

/// What the guard and the handles of [`current`] have in common.
#[derive(Debug)]
struct Shared {
    operation: Operation,
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
    begin_with(site, |heard| heard.begin(identify, describe))
}

/// Does the same for arguments that share a value: it is made by `start`, if somebody listens.
#[inline]
pub fn begin_with(site: &'static Site, start: impl FnOnce(Heard) -> Call) -> Call {
    let enabled = site.is_enabled();
    if !enabled && !metrics::is_enabled() && !handle::totals_are_kept() {
        return Call { active: None };
    }
    pricing::prepare(site.operation);
    start(Heard { site, enabled })
}

/// A call to which somebody listens, before it starts.
#[derive(Debug)]
pub struct Heard {
    site: &'static Site,
    /// Whether a subscriber wants the span.
    enabled: bool,
}

impl Heard {
    /// Starts the call, as [`begin`] does.
    pub fn begin(
        self,
        identify: impl FnOnce(&mut Request),
        describe: impl FnOnce(&mut Request),
    ) -> Call {
        let mut request = self.site.request();
        identify(&mut request);
        let mut record = Box::new(Record::new(request));
        let above = handle::innermost().or_else(lineage::around);
        let started = self.site.start(self.enabled, &record.request);
        if started.is_recording {
            record.request.hashing = true;
            record.request.attributes.reserve(ATTRIBUTES);
            describe(&mut record.request);
        }
        Call::new(started, above, record)
    }
}

/// Runs a plain function as a call.
#[inline]
pub fn call<T>(
    mut call: Call,
    body: impl FnOnce() -> T,
    read: impl FnOnce(&mut Answer<'_>, &T),
) -> T {
    let returned = {
        let _running = call.run();
        body()
    };
    call.returned(&returned, read);
    returned
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
        let operation = record.request.operation;
        let shared = Arc::new(Shared {
            operation,
            started: Instant::now(),
            context,
            is_recording,
            above,
            ledger: Mutex::default(),
            record: Mutex::new(Some(record)),
        });
        // What a model call calls, it calls on its own task; agents and workflows spawn.
        if !operation.is_model_call() {
            lineage::keep(&span, &shared);
        }
        let outer = Some(handle::make_current(shared.clone()));
        Self { active: Some(Active { span, shared, outer }) }
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
    fn returned<T>(&mut self, returned: &T, read: impl FnOnce(&mut Answer<'_>, &T)) {
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

    /// Ends the call without a return value.
    fn end(&mut self, outcome: Outcome) {
        let Some(active) = self.active.take() else { return };
        let Some(mut record) = active.shared.take() else { return };
        record.outcome = outcome;
        record.error_type = outcome.is_failure().then(|| Cow::Borrowed(outcome.as_str()));
        if active.is_heard() {
            active.end(record);
        }
    }
}

/// A call that nothing ended was dropped: cancelled.
impl Drop for Call {
    fn drop(&mut self) {
        self.end(Outcome::Cancelled);
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
        let (below, steps) = {
            let ledger = lock(&self.ledger);
            (ledger.all(), ledger.steps())
        };
        record.steps = steps;
        let is_wrapper = below.calls() > 0 && self.operation.is_model_call();
        if self.operation.is_step() && !is_wrapper {
            let agent = self.ancestors().find(|call| call.operation == Operation::InvokeAgent);
            if let Some(agent) = agent {
                lock(&agent.ledger).step(self.operation);
            }
        }
        if below.calls() > 0 {
            record.response.forget_usage();
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

    /// Returns the calls above, the nearest first.
    fn ancestors(&self) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::successors(self.above.as_ref(), |call| call.above.as_ref())
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
