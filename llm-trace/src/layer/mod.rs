//! Owns the harvest: spans of other libraries that carry `gen_ai.*` fields tell the annotated
//! functions around them what a model call used. No library is named, and none is a dependency.
//!
//! What is counted where, so that everything is counted once:
//!
//! | spans there are | tokens and cost on | `gen_ai.client.*` and cost metrics of | totals and steps on |
//! |---|---|---|---|
//! | annotated ones only | the innermost model call | that call | annotated calls around it |
//! | foreign ones only | foreign model calls | those calls | |
//! | an annotated agent around a foreign run | foreign model calls | those calls | the agent |
//! | an annotated model call around a foreign run | foreign model calls | those calls | the annotated call |
//! | an annotated model call around a foreign one that says nothing | the annotated call | that call | calls around it |
//! | an annotated tool inside a foreign tool span | | `execute_tool` of the annotated one | the agent, one tool |
//! | an annotated model call inside a foreign one | the annotated call | that call | calls around both |
//! | foreign model calls whose spans are not exported | the annotated call around them | the foreign calls | the same call |
//!
//! A foreign agent directly inside an annotated one is the same agent. What foreign agents say of
//! usage is a sum of what their calls say, and is not counted.

mod inner;
mod visit;

use std::sync::{Arc, OnceLock};

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context as OtelContext, KeyValue};
use tracing::dispatcher::WeakDispatch;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use crate::foreign::Facts;
use crate::metrics;
use crate::provider::Provider;
use crate::semconv;
use crate::span::{FIELDS, Foreign, Lacking, is_any_open, keep_foreign, kept_above, kept_around};
use visit::Reader;

pub use inner::InnerSpans;
pub(crate) use inner::{is_hidden, may_be_hidden};

/// Returns the layer that lets annotated functions know what the model calls of other libraries
/// inside them used: of Rig, of genai with its feature `otel`, of any that traces with `gen_ai.*`
/// fields.
///
/// `init` and `Parts::layer` bring it. It is for programs with a subscriber of their own, with or
/// without a `tracing-opentelemetry` layer. Where it stands among the layers does not
/// matter. A filter of the whole subscriber must let the library's spans through, which are at
/// INFO; to keep them out of the export, filter the exporting layer, and the annotated function's
/// span carries what they would have said. [`InnerSpans`] says the same to `init`.
///
/// ```
/// use llm_trace::llm_span;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// #[llm_span(agent = "planner")]
/// fn plan() -> u64 {
///     // What a library such as Rig does inside.
///     let chat = tracing::info_span!(
///         "chat",
///         gen_ai.operation.name = "chat",
///         gen_ai.usage.output_tokens = tracing::field::Empty,
///     );
///     chat.record("gen_ai.usage.output_tokens", 34_u64);
///     drop(chat);
///     llm_trace::current().totals().output_tokens()
/// }
///
/// // The program's own layer, with the tracer of its provider, and this one.
/// let own = tracing_opentelemetry::layer();
/// let subscriber = tracing_subscriber::registry().with(own).with(llm_trace::layer());
/// assert_eq!(tracing::subscriber::with_default(subscriber, plan), 34);
/// ```
#[must_use]
pub fn layer<S>() -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    Harvest::default().with_filter(Watched)
}

/// Returns whether the current subscriber has this layer.
pub(crate) fn is_current() -> bool {
    tracing::dispatcher::get_default(Dispatch::is::<Harvest>)
}

/// Watches the spans of other libraries.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    /// The subscriber that this is a layer of.
    dispatch: OnceLock<WeakDispatch>,
}

impl Harvest {
    fn dispatch(&self) -> Option<Dispatch> {
        if let Some(dispatch) = self.dispatch.get() {
            return dispatch.upgrade();
        }
        // A list of layers does not tell them of the subscriber.
        let current = tracing::dispatcher::get_default(Dispatch::clone);
        let is_own = current.downcast_ref::<Self>().is_some_and(|own| std::ptr::eq(own, self));
        is_own.then(|| {
            let _ = self.dispatch.set(current.downgrade());
            current
        })
    }

    /// Returns the OpenTelemetry side of a span, if a layer made one.
    fn exported(&self, id: &Id) -> Option<OtelContext> {
        tracing_opentelemetry::get_otel_context(id, &self.dispatch()?)
    }

    /// Gives the exported span what it lacks.
    fn supply(&self, id: &Id, Lacking { provider, model }: Lacking) {
        let Some(context) = self.exported(id) else { return };
        let provider = provider.as_ref().map(Provider::as_str).map(str::to_owned);
        let attributes = [
            provider.map(|name| KeyValue::new(semconv::PROVIDER_NAME, name)),
            model.map(|model| KeyValue::new(semconv::REQUEST_MODEL, model)),
        ];
        context.span().set_attributes(attributes.into_iter().flatten());
    }
}

/// Lets the spans through that are watched. Without it every event of the program would be made.
#[derive(Debug)]
struct Watched;

impl<S> Filter<S> for Watched {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        metadata.is_span() && *metadata.level() <= Level::INFO && is_foreign(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        let is_watched = metadata.is_span() && *metadata.level() <= Level::INFO;
        if is_watched && is_foreign(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }
}

/// Returns whether a callsite is one of another library that traces calls by the conventions.
pub(crate) fn is_foreign(metadata: &Metadata<'_>) -> bool {
    let fields = metadata.fields();
    fields.field(semconv::OPERATION_NAME).is_some()
        && fields.field(FIELDS[FIELDS.len() - 1]).is_none()
}

impl<S> Layer<S> for Harvest
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        let _ = self.dispatch.set(subscriber.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if !is_foreign(attributes.metadata()) {
            return;
        }
        let Some(span) = context.span(id) else { return };
        // A program may bring the layer that `init` has already.
        if span.extensions().get::<Arc<Foreign>>().is_some() {
            return;
        }
        let mut facts = Facts::default();
        attributes.record(&mut Reader(&mut facts));
        let around = match self.dispatch() {
            Some(dispatch) => kept_around(&dispatch, id),
            None => kept_above(&span),
        };
        if let Some(foreign) = Foreign::start(facts, around) {
            keep_foreign(&span, &foreign);
            span.extensions_mut().insert(foreign);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(foreign) = find(id, &context) else { return };
        let lacking = foreign.take(|facts| values.record(&mut Reader(facts)));
        if let Some(lacking) = lacking {
            self.supply(id, lacking);
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        if let Some(foreign) = find(id, &context) {
            foreign.leave(|| self.dispatch().is_some() && self.exported(id).is_none());
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(foreign) = find(&id, &context) {
            foreign.end(|record| match self.dispatch() {
                Some(dispatch) => metrics::record_in(&dispatch, record),
                None => metrics::record(record),
            });
        }
    }
}

/// Returns the call that a span is, if it is one. Costs one load while no such span is open.
fn find<S>(id: &Id, context: &Context<'_, S>) -> Option<Arc<Foreign>>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if !is_any_open() {
        return None;
    }
    context.span(id)?.extensions().get::<Arc<Foreign>>().cloned()
}
