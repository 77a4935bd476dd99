//! Owns the question what the program has set already, so that it is joined and not replaced.

use std::thread;

use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
};
use opentelemetry::{Context, global};
use tracing::callsite::{DefaultCallsite, Identifier};
use tracing::dispatcher::{self, Dispatch};
use tracing::field::FieldSet;
use tracing::metadata::Kind;
use tracing::span::Attributes;
use tracing::subscriber::NoSubscriber;
use tracing::{Level, Metadata, Span, Subscriber as _};
use tracing_opentelemetry::{OpenTelemetrySpanExt, SetParentError};
use tracing_subscriber::Registry;

use crate::config::Config;
use crate::metrics;

/// What is global already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Found {
    pub(crate) tracer_provider: bool,
    pub(crate) meter_provider: bool,
    pub(crate) propagator: bool,
}

impl Found {
    pub(crate) fn read() -> Self {
        Self {
            tracer_provider: has_tracer_provider(),
            meter_provider: metrics::is_enabled(),
            propagator: global::get_text_map_propagator(|it| it.fields().next().is_some()),
        }
    }
}

/// The `tracing` subscriber of a program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subscriber {
    /// There is none.
    Absent,
    /// It makes no OpenTelemetry spans, or it is ours.
    Plain,
    /// It makes OpenTelemetry spans: it has a layer of `tracing-opentelemetry`.
    Exporting,
}

impl Subscriber {
    /// Looks at the subscriber of the whole program.
    pub(crate) fn read() -> Self {
        // A new thread has no subscriber of its own, and no filter has left a decision on it.
        let thread = thread::Builder::new().name("llm-trace-join".to_owned());
        let looking = thread.spawn(|| {
            let dispatch = dispatcher::get_default(Dispatch::clone);
            if dispatch.is::<NoSubscriber>() {
                Self::Absent
            } else if may_make_spans(&dispatch) && makes_spans(&dispatch) {
                Self::Exporting
            } else {
                Self::Plain
            }
        });
        looking.ok().and_then(|looking| looking.join().ok()).unwrap_or(Self::Plain)
    }
}

impl Config {
    /// Leaves to the program's providers what they do already.
    pub(super) fn join(&mut self, found: Found, subscriber: Subscriber) {
        if self.joining.replaces || self.is_disabled {
            return;
        }
        self.joining.tracer_provider = found.tracer_provider || subscriber == Subscriber::Exporting;
        self.joining.meter_provider = found.meter_provider;
    }
}

static PROBE: DefaultCallsite = DefaultCallsite::new(&METADATA);
static METADATA: Metadata<'static> = Metadata::new(
    "llm-trace",
    "llm_trace",
    Level::INFO,
    None,
    None,
    None,
    FieldSet::new(&[], Identifier(&PROBE)),
    Kind::SPAN,
);

/// Asks for a layer with a span that no layer is told of: a text log may have a line for each. It is
/// never closed, for that they would be told of too.
///
/// A layer behind `reload` is not found, and makes its spans all the same.
fn may_make_spans(dispatch: &Dispatch) -> bool {
    let Some(registry) = dispatch.downcast_ref::<Registry>() else { return true };
    let values = METADATA.fields().value_set_all(&[]);
    let id = registry.new_span(&Attributes::new(&METADATA, &values));
    registry.enter(&id);
    let asked = Span::current().set_parent(Context::new());
    registry.exit(&id);
    !matches!(asked, Err(SetParentError::LayerNotFound))
}

/// Makes a span, past all filters, and looks whether a layer makes one of OpenTelemetry of it.
/// Telemetry is suppressed, so that the layer's tracer starts nothing.
fn makes_spans(dispatch: &Dispatch) -> bool {
    let _quiet = Context::enter_telemetry_suppressed_scope();
    let parent = remote();
    let outside = parent.span_id();
    let _outside = Context::current().with_remote_span_context(parent).attach();
    let differs = |context: &Context| context.span().span_context().span_id() != outside;
    let values = METADATA.fields().value_set_all(&[]);
    let span = Span::new_with(&METADATA, &values, dispatch);
    // A layer need not make its context current, and one that is wrapped need not be found.
    let kept = span.id().and_then(|id| tracing_opentelemetry::get_otel_context(&id, dispatch));
    kept.is_some_and(|context| differs(&context)) || span.in_scope(|| differs(&Context::current()))
}

/// The API offers no way to ask. Its no-op tracer hands the parent's ids on, which no other does;
/// the SDK's starts nothing while telemetry is suppressed, so nobody notices the question.
fn has_tracer_provider() -> bool {
    let parent = remote();
    let outside = parent.span_id();
    let _quiet = Context::enter_telemetry_suppressed_scope();
    let context = Context::current().with_remote_span_context(parent);
    let span = global::tracer("llm-trace").start_with_context("llm-trace", &context);
    span.span_context().span_id() != outside
}

fn remote() -> SpanContext {
    let ids = (TraceId::from(1), SpanId::from(1));
    SpanContext::new(ids.0, ids.1, TraceFlags::NOT_SAMPLED, true, TraceState::NONE)
}
