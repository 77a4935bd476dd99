//! Owns direct spans: those of calls for which the subscriber makes none, because `init` has joined
//! one without an OpenTelemetry layer. They are made with the API of OpenTelemetry alone, and are
//! current while their call runs, as a layer would have it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{SpanBuilder, SpanContext, SpanId, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, ContextGuard, Key, KeyValue, Value};

use super::{FIELDS, Shared, Site};
use crate::request::Request;
use crate::semconv;

static TRACER: OnceLock<BoxedTracer> = OnceLock::new();

/// Whether [`TRACER`] is set: without it, a call pays for one load.
static IS_SET: AtomicBool = AtomicBool::new(false);

/// Makes spans with this tracer from now on, wherever the subscriber makes none. The first tracer
/// stays.
pub(crate) fn enable(tracer: BoxedTracer) {
    let _ = TRACER.set(tracer);
    IS_SET.store(true, Ordering::Relaxed);
}

/// Returns whether spans are made that the subscriber does not make.
pub(super) fn is_enabled() -> bool {
    IS_SET.load(Ordering::Relaxed)
}

/// Returns what makes them.
pub(super) fn tracer() -> Option<&'static BoxedTracer> {
    TRACER.get()
}

thread_local! {
    static ENTERED: RefCell<Entered> = const { RefCell::new(Entered(Vec::new())) };
}

/// The spans that are entered on a thread. Guards cannot be kept with their calls, which change
/// threads between two polls.
struct Entered(Vec<(SpanId, ContextGuard)>);

/// What is left on a thread that ends is left alone: the stack of contexts may be gone by then.
impl Drop for Entered {
    fn drop(&mut self) {
        self.0.drain(..).for_each(std::mem::forget);
    }
}

/// Makes a span current.
#[cold]
pub(super) fn enter(context: Option<&Context>) {
    let Some(context) = context else { return };
    let entered = (id(context), context.clone().attach());
    // A thread that is going away keeps nothing.
    let _ = ENTERED.try_with(|all| all.borrow_mut().0.push(entered));
}

/// Ends what the last [`enter`] of this span began, whatever was entered since.
#[cold]
pub(super) fn exit(context: Option<&Context>) {
    let Some(id) = context.map(id) else { return };
    // Dropped when nothing is borrowed: the last handle of a span may be in it.
    let _left = ENTERED.try_with(|all| {
        let entered = &mut all.borrow_mut().0;
        let at = entered.iter().rposition(|(entered, _)| *entered == id)?;
        Some(entered.remove(at))
    });
}

fn id(context: &Context) -> SpanId {
    context.span().span_context().span_id()
}

impl Site {
    /// Makes the span of a call, and its context, with what a layer would have taken from the fields
    /// of the `tracing` span.
    pub(super) fn make(
        &self,
        tracer: &BoxedTracer,
        request: &Request,
        above: Option<&Shared>,
    ) -> Context {
        let name = self.run_time_name(request);
        let kind = if self.client { SpanKind::Client } else { SpanKind::Internal };
        let builder = SpanBuilder::from_name(name.unwrap_or(Cow::Borrowed(self.metadata.name())))
            .with_kind(kind)
            .with_attributes(self.attributes(request));
        let parent = parent(request, above);
        let span = tracer.build_with_context(builder, &parent);
        parent.with_span(span)
    }

    fn attributes(&self, request: &Request) -> Vec<KeyValue> {
        let Request { provider, model, target, agent, tool_type, .. } = request;
        let Request { server_address, server_port, .. } = request;
        let provider = provider.as_ref().map(|provider| provider.as_str().to_owned());
        let mut attributes = Vec::with_capacity(FIELDS.len());
        let mut set = |key: &'static str, value: Option<Value>| {
            attributes.extend(value.map(|value| KeyValue::new(Key::from_static_str(key), value)));
        };
        set(semconv::OPERATION_NAME, Some(self.operation.as_str().into()));
        set(semconv::PROVIDER_NAME, provider.map(Value::from));
        set(semconv::REQUEST_MODEL, model.clone().map(Value::from));
        set(semconv::AGENT_NAME, agent.clone().map(Value::from));
        set(self.operation.name_attribute(), target.clone().map(Value::from));
        set(semconv::TOOL_TYPE, tool_type.clone().map(Value::from));
        set(semconv::SERVER_ADDRESS, server_address.clone().map(Value::from));
        set(semconv::SERVER_PORT, server_port.map(|port| i64::from(port).into()));
        attributes
    }
}

/// Returns what the span goes below.
fn parent(request: &Request, above: Option<&Shared>) -> Context {
    let current = Context::current();
    if let Some(parent) = &request.parent {
        return current.with_remote_span_context(SpanContext::clone(parent));
    }
    if current.span().span_context().is_valid() || current.is_telemetry_suppressed() {
        return current;
    }
    // A task that was spawned with the span of a call has that in `tracing`, and nothing current.
    let mut calls = std::iter::successors(above, |call| call.above.as_deref());
    calls.find_map(|call| call.context.clone()).unwrap_or(current)
}
