//! Owns [`Parts`]: the providers and the layer, made but not yet global.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{any, fmt};

use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::logs::{Logger, LoggerProvider};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, dynamic_filter_fn, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::adding::Added;
use super::bridge;
use super::joining::Found;
use super::providers::{Providers, scope};
use crate::config::{Config, Content, InitError, Joining, Propagators};
use crate::content::screen;
use crate::digest::{self, HashKey};
use crate::export::gate::Gate;
use crate::export::{notice, own_metrics};
use crate::guard::{Guard, Pipeline};
use crate::layer::{self, Harvest, InnerSpans};
use crate::logs;
use crate::metrics;
use crate::pricing::{self, PriceFile};
use crate::reach::Reach;
use crate::span::{FIELDS, direct};

/// What the type of a subscriber with a layer of `tracing-opentelemetry` says.
const OPENTELEMETRY_LAYER: &str = "tracing_opentelemetry::layer::";

/// What the type of a subscriber says that panics where a layer has a filter.
const NO_FILTERS: &str = "tracing_subscriber::fmt::Subscriber<";

/// The parts of a set-up, for a program that has a `tracing` subscriber of its own.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let parts = llm_trace::Builder::new().with_service_name("checkout").build()?;
/// let subscriber = tracing_subscriber::registry().with(parts.layer());
/// tracing::subscriber::with_default(subscriber, || {
///     // Annotated functions that run here are recorded.
/// });
/// let _guard = parts.set_globals();
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[non_exhaustive]
pub struct Parts {
    /// Sends what was recorded; keep it until the end of `main`.
    pub guard: Guard,
    tracer_provider: Option<SdkTracerProvider>,
    meter_provider: Option<SdkMeterProvider>,
    logger_provider: Option<SdkLoggerProvider>,
    /// Which events become log records.
    log_filter: Targets,
    propagators: Propagators,
    reach: Reach,
    hash_key: Option<HashKey>,
    prices: Option<PriceFile>,
    content: Content,
    gate: Gate,
    inner_spans: InnerSpans,
    is_disabled: bool,
    joining: Joining,
    /// Whether the subscriber could not take the layer.
    is_refused: AtomicBool,
}

impl Parts {
    pub(super) fn new(config: Config, added: Added) -> Result<Self, InitError> {
        let prices = match &config.price_file {
            Some((name, path)) => Some(
                pricing::load_file(path).map_err(|source| InitError::PriceFile { name, source })?,
            ),
            None => None,
        };
        let filter = &config.export_log_filter;
        let log_filter = bridge::filter((filter.0, &filter.1))?;
        let resource = Resource::builder_empty()
            .with_detector(Box::new(TelemetryResourceDetector))
            .with_attributes(config.gate.attributes(config.resource.clone()))
            .build();
        let mut providers = Providers::new(&config)?;
        let (mut tracer_provider, mut meter_provider, mut logger_provider) = (None, None, None);
        if !config.is_disabled {
            let Added { processors, spans, logs } = added;
            tracer_provider = providers.tracer_provider(&config, processors, spans, &resource)?;
            meter_provider = providers.meter_provider(&config, &resource)?;
            logger_provider = providers.logger_provider(&config, logs, resource)?;
        }
        if let Some(meter_provider) = &meter_provider {
            own_metrics::register(meter_provider, &providers.tally);
        }
        let pipeline = Pipeline {
            tracer_provider: tracer_provider.clone(),
            meter_provider: meter_provider.clone(),
            logger_provider: logger_provider.clone(),
            otlp: providers.otlp,
            #[cfg(feature = "prometheus")]
            prometheus: providers.prometheus,
            tally: providers.tally,
            limit: config.flush_timeout,
        };
        Ok(Self {
            guard: Guard::new(pipeline),
            tracer_provider,
            meter_provider,
            logger_provider,
            log_filter,
            propagators: config.propagators,
            reach: config.reach,
            hash_key: config.hash_key,
            prices,
            content: config.content,
            gate: config.gate,
            inner_spans: config.inner_spans,
            is_disabled: config.is_disabled,
            joining: config.joining,
            is_refused: AtomicBool::new(false),
        })
    }

    /// Returns a layer that records spans, those of annotated functions at every level and others
    /// from INFO up, and exports events as log records, as
    /// [`with_export_log_filter`](super::Builder::with_export_log_filter) says. It may stand anywhere
    /// among the layers, boxed, in a list, behind `Option` or `reload`.
    ///
    /// It brings its own filters, so those of the rest of the subscriber must be per layer too: what
    /// a filter of the whole subscriber switches off does not reach it.
    ///
    /// ```
    /// use tracing_subscriber::filter::LevelFilter;
    /// use tracing_subscriber::layer::SubscriberExt;
    /// use tracing_subscriber::util::SubscriberInitExt;
    /// use tracing_subscriber::{Layer, fmt, registry};
    ///
    /// let parts = llm_trace::Builder::new().build()?;
    /// registry().with(fmt::layer().with_filter(LevelFilter::WARN)).with(parts.layer()).init();
    /// let _guard = parts.set_globals();
    /// assert!(tracing::level_enabled!(tracing::Level::INFO), "calls are recorded");
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    ///
    /// It cannot be added to what `tracing_subscriber::fmt().finish()` returns, which takes no filters
    /// of layers: there it is none, says so, and [`set_globals`](Self::set_globals) has the spans of
    /// calls made without the subscriber. Write `registry().with(fmt::layer())`.
    ///
    /// A span can have one OpenTelemetry layer: `tracing-opentelemetry` panics at the second. So
    /// add this one after a layer of `tracing-opentelemetry` that the program has; it leaves spans
    /// to that, and says so.
    #[must_use]
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        // Not `and_then`: its hint of a level is that of one of the two.
        let mut layers = Vec::new();
        if any::type_name::<S>().contains(NO_FILTERS) {
            notice::warn(
                "the subscriber takes no layer with a filter, so calls are exported past it, and spans \
                 of other libraries and events are not: write `registry().with(fmt::layer())` in \
                 place of `fmt().finish()`",
            );
            self.is_refused.store(true, Ordering::Relaxed);
            return None;
        }
        if any::type_name::<S>().contains(OPENTELEMETRY_LAYER) {
            notice::warn(
                "the subscriber has a `tracing-opentelemetry` layer, and a span can have but one: \
                 spans go through that to its tracer provider, not to the exporters of these parts",
            );
            layers.push(layer::layer().boxed());
        } else if self.joining.tracer_provider {
            layers.extend(spans(global::tracer_with_scope(scope()), self.inner_spans));
        } else if let Some(tracer_provider) = &self.tracer_provider {
            screen::spans_are_ours();
            layers.extend(spans(tracer_provider.tracer_with_scope(scope()), self.inner_spans));
        } else if self.meter_provider.is_some() || self.joining.meter_provider {
            layers.push(layer::layer().boxed());
        }
        if let Some(logger_provider) = &self.logger_provider {
            layers.push(bridge::layer(logger_provider, self.log_filter.clone()).boxed());
        }
        // An empty list would switch off the rest of the subscriber.
        (!layers.is_empty()).then_some(layers)
    }

    /// Makes the spans of calls without the subscriber, unless spans are off. Returns whether it
    /// does.
    pub(super) fn export_directly(&self) -> bool {
        let tracer = self.tracer();
        let is_on = tracer.is_some();
        tracer.into_iter().for_each(direct::enable);
        is_on
    }

    /// Returns what makes spans where no layer does, unless spans are off.
    fn tracer(&self) -> Option<BoxedTracer> {
        if self.joining.tracer_provider {
            return Some(global::tracer_with_scope(scope()));
        }
        let tracer = self.tracer_provider.as_ref()?.tracer_with_scope(scope());
        screen::spans_are_ours();
        Some(BoxedTracer::new(Box::new(tracer)))
    }

    /// Returns the tracer provider, unless spans are off.
    #[must_use]
    pub fn tracer_provider(
        &self,
    ) -> Option<
        impl TracerProvider<Tracer: Tracer<Span: Span + Send + Sync> + Send + Sync> + Clone + use<>,
    > {
        self.tracer_provider.clone()
    }

    /// Returns the meter provider, unless metrics are off.
    #[must_use]
    pub fn meter_provider(&self) -> Option<impl MeterProvider + Clone + use<>> {
        self.meter_provider.clone()
    }

    /// Returns the logger provider, unless logs are off.
    #[must_use]
    pub fn logger_provider(
        &self,
    ) -> Option<impl LoggerProvider<Logger: Logger + Send + Sync> + Clone + use<>> {
        self.logger_provider.clone()
    }

    /// Makes everything global but the subscriber: the providers, the propagator, the hash key, the
    /// prices.
    ///
    /// A provider or propagator that the program has set already stays, and a meter provider gets
    /// the metrics, unless [`with_globals_replaced`](super::Builder::with_globals_replaced) says
    /// otherwise. So does the provider of `llm_trace::set_logger_provider`.
    pub fn set_globals(self) -> Guard {
        if self.is_refused.load(Ordering::Relaxed) {
            self.export_directly();
        }
        self.guard.make_global();
        if let Some(key) = self.hash_key {
            digest::install(key);
        }
        self.content.capture.install(self.content.on, self.content.error_text);
        screen::install(Arc::new(self.gate));
        metrics::forget();
        self.reach.install();
        if let Some(prices) = self.prices {
            pricing::install(prices);
        }
        if !self.is_disabled {
            pricing::preload();
        }
        let found = if self.joining.replaces { Found::default() } else { Found::read() };
        if let Some(tracer_provider) = self.tracer_provider
            && !found.tracer_provider
        {
            global::set_tracer_provider(tracer_provider);
        }
        if let Some(meter_provider) = self.meter_provider
            && !found.meter_provider
        {
            global::set_meter_provider(meter_provider);
        }
        if let Some(logger_provider) = &self.logger_provider
            && !logs::is_enabled()
        {
            logs::install(logger_provider);
        }
        if !found.propagator {
            global::set_text_map_propagator(propagator(self.propagators));
        }
        self.guard
    }
}

/// Shows nothing: exporters hold headers, and those are secrets.
impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// Makes the layers of spans.
fn spans<S, T>(tracer: T, inner_spans: InnerSpans) -> Vec<Box<dyn Layer<S> + Send + Sync>>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    T: Tracer<Span: Send + Sync> + Send + Sync + 'static,
{
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_level(false)
        .with_location(false)
        .with_target(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    if inner_spans == InnerSpans::Hidden {
        let shown = dynamic_filter_fn(|metadata, context| {
            is_exported(metadata) && !layer::is_hidden(metadata, context)
        });
        let shown = shown.with_callsite_filter(|metadata| match is_exported(metadata) {
            true if layer::may_be_hidden(metadata) => Interest::sometimes(),
            true => Interest::always(),
            false => Interest::never(),
        });
        vec![layer::layer().boxed(), spans.with_filter(shown).boxed()]
    } else {
        // One filter for both costs a span one look less.
        let spans = Harvest::default().and_then(spans).with_filter(filter_fn(is_exported));
        vec![spans.boxed()]
    }
}

/// Events do not go on spans, but to the logs.
fn is_exported(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && (*metadata.level() <= Level::INFO || is_ours(metadata))
}

/// Returns whether a span is that of an annotated function.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    let fields = metadata.fields();
    fields.len() == FIELDS.len()
        && fields.iter().map(|field| field.name()).eq(FIELDS.iter().copied())
}

fn propagator(Propagators { trace_context, baggage }: Propagators) -> TextMapCompositePropagator {
    let mut propagators: Vec<Box<dyn TextMapPropagator + Send + Sync>> = Vec::new();
    if trace_context {
        propagators.push(Box::new(TraceContextPropagator::new()));
    }
    if baggage {
        propagators.push(Box::new(BaggagePropagator::new()));
    }
    TextMapCompositePropagator::new(propagators)
}
