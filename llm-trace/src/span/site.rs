//! Owns [`Site`]: what is known of an annotated function before it is ever called.

use tracing::Metadata;
use tracing::callsite::DefaultCallsite;
use tracing::field::Value;
use tracing::subscriber::NoSubscriber;

use crate::operation::Operation;
use crate::provider::Provider;
use crate::semconv;

/// The fields of our `tracing` spans: only what is known at creation, which is what samplers see.
///
/// Late attributes are never fields. A field that is declared and not set invites others to write
/// into it (Rig up to 0.40 does), and one that is recorded late costs more and loses its type.
pub const FIELDS: &[&str] = &[
    "otel.name",
    "otel.kind",
    semconv::OPERATION_NAME,
    semconv::PROVIDER_NAME,
    semconv::REQUEST_MODEL,
    semconv::AGENT_NAME,
    semconv::TOOL_NAME,
    semconv::TOOL_TYPE,
    semconv::WORKFLOW_NAME,
    semconv::DATA_SOURCE_ID,
    semconv::SERVER_ADDRESS,
    semconv::SERVER_PORT,
    // `tracing-opentelemetry` makes room for as many attributes as there are fields: with these,
    // the late attributes of an ordinary call fit in without moving the others.
    "llm_trace.reserved.0",
    "llm_trace.reserved.1",
    "llm_trace.reserved.2",
];

/// One value per entry of [`FIELDS`], `None` where nothing is known.
#[derive(Default)]
pub(super) struct Values<'a>([Option<&'a dyn Value>; FIELDS.len()]);

impl<'a> Values<'a> {
    /// Sets the value of a field. The look-up is by constants, so it costs nothing at run time.
    #[inline]
    pub(super) fn set(&mut self, field: &str, value: Option<&'a impl Value>) {
        if let (Some(value), Some(index)) = (value, FIELDS.iter().position(|name| *name == field)) {
            self.0[index] = Some(value);
        }
    }

    /// Creates the span.
    pub(super) fn span(&self, metadata: &'static Metadata<'static>) -> tracing::Span {
        tracing::Span::new(metadata, &metadata.fields().value_set_all(&self.0))
    }
}

/// The constants of one annotated function. Written by `site!`, one static per function.
#[derive(Debug)]
pub struct Site {
    /// What the function does.
    pub operation: Operation,
    /// Whether the span's kind is CLIENT.
    pub client: bool,
    /// The span name, unless it depends on a model that is known at run time only.
    pub name: Option<&'static str>,
    /// The provider, where it is a constant.
    pub provider: Option<Provider>,
    /// The request model, where it is a constant.
    pub model: Option<&'static str>,
    /// The name of the agent, tool, workflow or data source.
    pub target: Option<&'static str>,
    /// The server, where it is a constant.
    pub server: Option<(&'static str, Option<u16>)>,
    /// The `tracing` callsite.
    pub callsite: &'static DefaultCallsite,
    /// The `tracing` metadata.
    pub metadata: &'static Metadata<'static>,
}

impl Site {
    /// Returns whether a `tracing` subscriber wants this span. Cheap when the answer is no.
    pub(super) fn is_enabled(&self) -> bool {
        let level = self.metadata.level();
        if *level > tracing::level_filters::STATIC_MAX_LEVEL
            || *level > tracing::level_filters::LevelFilter::current()
        {
            return false;
        }
        let interest = self.callsite.interest();
        !interest.is_never()
            && tracing::dispatcher::get_default(|current| {
                // The interest is that of every subscriber; this thread may have none.
                if interest.is_always() {
                    !current.is::<NoSubscriber>()
                } else {
                    current.enabled(self.metadata)
                }
            })
    }
}
