//! Owns a call from start to end: [`Call`] is the one guard, and the only code that ends a span.
//!
//! The span is a `tracing` span, so that everything below it nests; what is known late goes to the
//! OpenTelemetry span inside it. Nothing is recorded when nobody listens, and what listens decides
//! what is computed: hashes need a recording span, the answer is read for spans, metrics or logs.

mod attributes;
mod future;
mod handle;
mod log;
mod name;
mod site;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::digest::{Tally, Text};
use crate::metrics;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::request::Request;
use crate::response::Response;

pub use future::{Traced, deferred, future};
pub use handle::{CallHandle, current};
pub use name::{join, joined_len};
pub use site::{FIELDS, Site};

/// One call of an annotated function. Inactive when nobody listens; ends when dropped.
#[derive(Debug)]
pub struct Call {
    active: Option<Active>,
}

#[derive(Debug)]
struct Active {
    span: tracing::Span,
    shared: Arc<Shared>,
}

/// What the guard and the handles of [`current`] have in common.
#[derive(Debug)]
struct Shared {
    started: Instant,
    /// The context of our OpenTelemetry span, if that span is recording.
    context: Option<Context>,
    /// `None` once the call has ended.
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    request: Request,
    /// What was recorded by hand; it wins over what is read from the return value.
    said: Response,
}

/// What the return value says: filled by the expansion's reader.
#[derive(Debug)]
pub struct Answer {
    response: Response,
    error_type: Option<Cow<'static, str>>,
}

impl Answer {
    /// Returns the response, to be read into.
    pub fn response(&mut self) -> &mut Response {
        &mut self.response
    }

    /// Says that the function returned an error.
    pub fn fail(&mut self, error_type: Cow<'static, str>) {
        self.error_type = Some(error_type);
    }
}

/// Starts a call. `identify` sets what the span is created with, `describe` what it gets later;
/// neither runs when nobody listens, and `describe` only for a recording span.
#[inline]
pub fn begin(
    site: &'static Site,
    identify: impl FnOnce(&mut Request),
    describe: impl FnOnce(&mut Request),
) -> Call {
    let enabled = site.is_enabled();
    if !enabled && !metrics::is_enabled() {
        return Call { active: None };
    }
    let mut request = site.request();
    identify(&mut request);
    let (span, context) = site.start(enabled, &request);
    if context.is_some() {
        request.hashing = true;
        describe(&mut request);
    }
    Call::new(span, context, request)
}

/// Runs a plain function as a call.
#[inline]
pub fn call<T>(mut call: Call, body: impl FnOnce() -> T, read: impl FnOnce(&mut Answer, &T)) -> T {
    let returned = {
        let _unwind = call.on_unwind();
        body()
    };
    call.returned(&returned, read);
    returned
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

    /// Creates the span, and returns the OpenTelemetry context in it if that is recording.
    fn start(&self, enabled: bool, request: &Request) -> (tracing::Span, Option<Context>) {
        if !enabled {
            return (tracing::Span::none(), None);
        }
        let name = match (self.name, &request.model) {
            (Some(_), _) => None,
            (None, Some(model)) => Some(name::with_model(self.operation, model)),
            (None, None) => Some(Cow::Borrowed(self.operation.as_str())),
        };
        let name = name.as_deref();
        let kind = if self.client { "client" } else { "internal" };
        let operation = self.operation.as_str();
        let provider = request.provider.as_ref().map(crate::provider::Provider::as_str);
        let model = request.model.as_deref();
        let target = request.target.as_deref();
        let agent = request.agent.as_deref();
        let address = request.server_address.as_deref();
        let port = request.server_port.map(i64::from);

        let mut values: site::Values<'_> = [None; FIELDS.len()];
        if let Some(name) = &name {
            values[0] = Some(name);
        }
        values[1] = Some(&kind);
        values[2] = Some(&operation);
        if let Some(provider) = &provider {
            values[3] = Some(provider);
        }
        if let Some(model) = &model {
            values[4] = Some(model);
        }
        if let Some(agent) = &agent {
            values[5] = Some(agent);
        }
        if let (Some(target), Some(index)) = (&target, site::target_index(self.operation)) {
            values[index] = Some(target);
        }
        if let Some(address) = &address {
            values[9] = Some(address);
        }
        if let Some(port) = &port {
            values[10] = Some(port);
        }
        let span =
            tracing::Span::new(self.metadata, &self.metadata.fields().value_set_all(&values));
        let context = recording_context(&span);
        (span, context)
    }
}

/// Returns the OpenTelemetry context of a span, if there is one and it is recording.
fn recording_context(span: &tracing::Span) -> Option<Context> {
    let mut context = span.context();
    if !context.has_active_span() {
        // Layers that cannot be looked into (`reload`) still make their context current.
        let outside = Context::map_current(|outer| outer.span().span_context().span_id());
        let _entered = span.enter();
        context = Context::current();
        if context.span().span_context().span_id() == outside {
            return None;
        }
    }
    context.span().is_recording().then_some(context)
}

impl Call {
    fn new(span: tracing::Span, context: Option<Context>, request: Request) -> Self {
        let state = State { request, said: Response::default() };
        let shared = Shared { started: Instant::now(), context, state: Mutex::new(Some(state)) };
        Self { active: Some(Active { span, shared: Arc::new(shared) }) }
    }

    /// Makes the call current until the returned guard is dropped; a drop by a panic ends it.
    fn on_unwind(&mut self) -> Unwind<'_> {
        let entered = self.active.as_ref().map(|active| {
            (handle::make_current(active.shared.clone()), active.span.clone().entered())
        });
        Unwind { call: self, entered, panicking: std::thread::panicking() }
    }

    /// Ends the call with what the function returned.
    fn returned<T>(&mut self, returned: &T, read: impl FnOnce(&mut Answer, &T)) {
        let Some(active) = self.active.take() else { return };
        let mut answer = Answer { response: active.shared.response(), error_type: None };
        if active.is_heard() {
            // A reader that a user wrote may panic; the program it observes goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| read(&mut answer, returned)));
        }
        active.end(answer, Outcome::Ok);
    }

    /// Ends the call without a return value.
    fn end(&mut self, outcome: Outcome) {
        let Some(active) = self.active.take() else { return };
        let error_type = outcome.is_failure().then(|| Cow::Borrowed(outcome.as_str()));
        active.end(Answer { response: Response::default(), error_type }, outcome);
    }
}

/// A call that nothing ended was dropped: cancelled.
impl Drop for Call {
    fn drop(&mut self) {
        self.end(Outcome::Cancelled);
    }
}

struct Unwind<'a> {
    call: &'a mut Call,
    entered: Option<(handle::MadeCurrent, tracing::span::EnteredSpan)>,
    panicking: bool,
}

impl Drop for Unwind<'_> {
    fn drop(&mut self) {
        self.entered = None;
        if std::thread::panicking() && !self.panicking {
            self.call.end(Outcome::Panic);
        }
    }
}

impl Active {
    /// Returns whether reading the answer is of use to anybody.
    fn is_heard(&self) -> bool {
        self.shared.context.is_some() || metrics::is_enabled() || log::is_enabled()
    }

    fn end(self, answer: Answer, outcome: Outcome) {
        let Some(State { request, said }) = self.shared.lock().take() else { return };
        let Answer { mut response, error_type } = answer;
        response.overlay(said);
        let outcome =
            if error_type.is_some() && outcome == Outcome::Ok { Outcome::Error } else { outcome };
        let duration = self.shared.started.elapsed();
        let mut record = Record { request, response, outcome, error_type, duration };
        metrics::record(&record);
        log::record(&self, &record);
        if let Some(context) = &self.shared.context {
            attributes::write(&context.span(), &mut record);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns an empty response that hashes its text if anybody will see the hash.
    fn response(&self) -> Response {
        let text =
            if self.context.is_some() { Tally::hashing(Text::Response) } else { Tally::counting() };
        Response { text, ..Response::default() }
    }
}
