//! Starts a call: makes its span, with what is known when it is created.

use std::borrow::Cow;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt};

use super::inherit::inherit;
use super::{Call, Shared, Site, direct, enter, exit, handle, lineage, name, site};
use crate::content::{Asked, Capture};
use crate::logs;
use crate::metrics;
use crate::pricing;
use crate::provider::Provider;
use crate::reach;
use crate::record::Record;
use crate::request::Request;
use crate::semconv;

/// Room for the late attributes of an ordinary call, so that their list does not grow.
const ATTRIBUTES: usize = 18;

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
    let is_heard = enabled
        || metrics::is_enabled()
        || logs::is_enabled()
        || handle::totals_are_kept()
        || direct::is_enabled();
    if !is_heard || !handle::is_possible() {
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
        // Filled in place: it is large.
        let mut record = Box::new(Record::new(Request::new(self.site.operation)));
        self.site.fill(&mut record.request);
        identify(&mut record.request);
        let above = lineage::above();
        let started = self.site.start(self.enabled, &record.request, above.as_deref());
        if started.is_recording || reach::is_measured() {
            record.request.hashing = started.is_recording;
            let capture = Capture::chosen();
            if started.is_recording && capture != Capture::Off {
                let asked = Asked::new(capture, self.site.operation);
                record.request.asked = Some(Box::new(asked));
            }
            record.request.attributes.reserve(ATTRIBUTES);
            let unwinding = Unwinding(&started);
            describe(&mut record.request);
            std::mem::forget(unwinding);
            inherit(&mut record.request, above.as_deref(), started.context.as_ref());
        }
        Call::new(started, above, record)
    }
}

/// Leaves the span if an argument panics, when there is no call yet that would.
struct Unwinding<'a>(&'a Started);

impl Drop for Unwinding<'_> {
    fn drop(&mut self) {
        if self.0.is_direct {
            direct::exit(self.0.context.as_ref());
        }
        exit(&self.0.span);
    }
}

/// A span that was created and entered.
pub(super) struct Started {
    pub(super) span: tracing::Span,
    pub(super) context: Option<Context>,
    pub(super) is_recording: bool,
    /// Whether the context was made here, and not by a layer.
    pub(super) is_direct: bool,
}

impl Started {
    fn by_layer(span: tracing::Span, context: Context) -> Self {
        let is_recording = context.span().is_recording();
        Self { span, context: Some(context), is_recording, is_direct: false }
    }
}

/// Returns the context that a layer has made and does not make current, as
/// `with_context_activation(false)` asks it to.
#[cold]
fn kept(span: &tracing::Span) -> Option<Context> {
    span.with_subscriber(|(id, subscriber)| {
        tracing_opentelemetry::get_otel_context(id, subscriber)
    })?
}

fn id(context: &Context) -> SpanId {
    context.span().span_context().span_id()
}

impl Site {
    fn fill(&self, request: &mut Request) {
        request.provider.clone_from(&self.provider);
        request.model = self.model.map(Cow::Borrowed);
        request.target = self.target.map(Cow::Borrowed);
        if let Some((address, port)) = self.server {
            request.server_address = Some(Cow::Borrowed(address));
            request.server_port = port;
        }
    }

    /// Creates and enters the span.
    fn start(&self, enabled: bool, request: &Request, above: Option<&Shared>) -> Started {
        if !enabled {
            return self.start_directly(tracing::Span::none(), request, above);
        }
        let span = match &request.parent {
            None => self.span(request),
            // A layer takes the parent from here, whatever span of `tracing` is around.
            Some(parent) => {
                let parent =
                    Context::current().with_remote_span_context(SpanContext::clone(parent));
                let _parent = parent.attach();
                self.span(request)
            }
        };
        // The context that entering makes current is our span's, unless no layer made one.
        let outside = Context::map_current(id);
        enter(&span);
        let context = Context::current();
        if id(&context) != outside {
            return Started::by_layer(span, context);
        }
        match kept(&span) {
            Some(context) if id(&context) != outside => Started::by_layer(span, context),
            _ => self.start_directly(span, request, above),
        }
    }

    /// Creates and enters what no layer has made, if that is to be.
    #[cold]
    fn start_directly(
        &self,
        span: tracing::Span,
        request: &Request,
        above: Option<&Shared>,
    ) -> Started {
        let context = direct::tracer().map(|tracer| self.make(tracer, request, above));
        direct::enter(context.as_ref());
        let is_recording = context.as_ref().is_some_and(|it| it.span().is_recording());
        let is_direct = context.is_some();
        Started { span, context, is_recording, is_direct }
    }

    /// Returns the name of the span, where that is not a constant.
    pub(super) fn run_time_name(&self, request: &Request) -> Option<Cow<'static, str>> {
        match (self.name, &request.model) {
            (Some(_), _) => None,
            (None, Some(model)) => Some(name::with_model(self.operation, model)),
            (None, None) => Some(Cow::Borrowed(self.operation.as_str())),
        }
    }

    fn span(&self, request: &Request) -> tracing::Span {
        let name = self.run_time_name(request);
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
