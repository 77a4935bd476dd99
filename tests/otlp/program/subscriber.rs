//! The subscribers that a program may have set before it calls `init`.

use std::error::Error;
use std::io::{Write, stderr};

use llm_trace::opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{NoSubscriber, set_global_default};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry, reload};

/// Sets the subscriber of this name.
pub(crate) fn set(name: &str) -> Result<(), Box<dyn Error>> {
    match name {
        "silent" => set_global_default(fmt().with_writer(std::io::sink).finish()),
        "text" => set_global_default(fmt().with_ansi(false).with_writer(stderr).finish()),
        "text-with-spans" => {
            let text = fmt().with_ansi(false).with_writer(stderr).with_span_events(FmtSpan::FULL);
            set_global_default(text.finish())
        }
        "text-warn" => set_global_default(registry().with(EnvFilter::new("warn")).with(text())),
        "harvest" => set_global_default(registry().with(text()).with(llm_trace::layer())),
        "nothing" => set_global_default(NoSubscriber::new()),
        "own" => set_global_default(Own),
        "layer" => set_global_default(registry().with(spans(true)).with(text())),
        "layer-before-text" => set_global_default(registry().with(text()).with(spans(true))),
        "layer-filtered" => set_global_default(
            registry()
                .with(spans(true).with_filter(Targets::new().with_target("program", Level::INFO))),
        ),
        "layer-off" => {
            set_global_default(registry().with(spans(true).with_filter(LevelFilter::OFF)))
        }
        "layer-under-filter" => set_global_default(
            registry().with(EnvFilter::new("warn,program=info")).with(spans(true)),
        ),
        "layer-under-warn" => set_global_default(
            registry().with(EnvFilter::new("warn")).with(spans(true)).with(text()),
        ),
        "layer-reloaded" => {
            let (layer, _handle) = reload::Layer::new(spans(true));
            set_global_default(registry().with(layer))
        }
        "layer-boxed" => {
            let layers: Vec<Box<dyn Layer<_> + Send + Sync>> = vec![spans(true).boxed()];
            set_global_default(registry().with(layers))
        }
        "layer-not-current" => set_global_default(registry().with(spans(false))),
        _ => return Err("no such subscriber".into()),
    }?;
    Ok(())
}

/// The program's text log.
fn text<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fmt::layer().with_ansi(false).with_writer(stderr)
}

/// The program's own layer, and its own way to export.
fn spans<S>(makes_current: bool) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let provider = SdkTracerProvider::builder().with_simple_exporter(Theirs).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("theirs"));
    layer.with_context_activation(makes_current)
}

/// Says what it gets, on stderr.
#[derive(Debug)]
struct Theirs;

impl SpanExporter for Theirs {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for span in batch {
            let (id, parent) = (span.span_context.span_id(), span.parent_span_id);
            let outcome = span.attributes.iter().find(|it| it.key.as_str() == "llm_trace.outcome");
            let outcome = outcome.map(|it| it.value.as_str().into_owned()).unwrap_or_default();
            let line = format!("theirs: {} {outcome} {id} in {parent}", span.name);
            let _ = writeln!(stderr(), "{line}");
        }
        Ok(())
    }
}

/// A subscriber that is none of `tracing-subscriber`'s, and knows nothing of its own spans.
struct Own;

impl Subscriber for Own {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _attributes: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, _event: &Event<'_>) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}
