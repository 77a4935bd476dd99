//! What is measured, whoever listens to spans. Alone in its process: it sets the meter provider.

mod calls;
mod exported;

use llm_trace_registry::Registry;
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::{
    InMemoryMetricExporter, InMemoryMetricExporterBuilder, PeriodicReader, SdkMeterProvider,
    Temporality,
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider};
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;

use crate::exported::Point;

#[test]
fn calls_are_measured_as_the_conventions_say_whoever_listens_to_spans() {
    // The first call is made before there is anything to measure with.
    calls::all();

    let registry = Registry::read();
    let exporter =
        InMemoryMetricExporterBuilder::new().with_temporality(Temporality::Delta).build();
    let provider = SdkMeterProvider::builder()
        .with_reader(PeriodicReader::builder(exporter.clone()).build())
        .build();
    global::set_meter_provider(provider.clone());
    let spans = InMemorySpanExporter::default();
    let all = tracer_provider(&spans, Sampler::AlwaysOn);
    let none = tracer_provider(&spans, Sampler::AlwaysOff);
    for (listener, dispatch) in [
        ("nobody", Dispatch::none()),
        ("a layer that is filtered off", listen(&all, LevelFilter::OFF)),
        ("a layer that samples nothing", listen(&none, LevelFilter::TRACE)),
        ("a layer", listen(&all, LevelFilter::TRACE)),
    ] {
        tracing::dispatcher::with_default(&dispatch, calls::all);
        provider.force_flush().unwrap();
        let (points, expected) = (points(&registry, &exporter), calls::expected());
        for (point, expected) in points.iter().zip(&expected) {
            assert_eq!(point, expected, "with {listener}");
        }
        assert_eq!(points.len(), expected.len(), "with {listener}");
        exporter.reset();
    }

    // Only the last one heard of spans.
    assert_eq!(errors_of_spans(&spans), errors_of_points(calls::expected()));
}

fn tracer_provider(spans: &InMemorySpanExporter, sampler: Sampler) -> SdkTracerProvider {
    SdkTracerProvider::builder().with_sampler(sampler).with_simple_exporter(spans.clone()).build()
}

fn listen(provider: &SdkTracerProvider, level: LevelFilter) -> Dispatch {
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    Dispatch::new(tracing_subscriber::registry().with(layer.with_filter(level)))
}

/// Everything measured since the last time; each metric is checked against the registry.
fn points(registry: &Registry, exporter: &InMemoryMetricExporter) -> Vec<Point> {
    let mut points = Vec::new();
    for resource in exporter.get_finished_metrics().unwrap() {
        // Beside ours, the SDK measures itself.
        for scope in resource.scope_metrics().filter(|scope| scope.scope().name() != "otel.sdk") {
            assert_eq!(scope.scope().name(), "llm-trace");
            assert_eq!(scope.scope().schema_url(), Some(&*registry.conventions.schema_url));
            for metric in scope.metrics() {
                points.extend(exported::read(registry, metric));
            }
        }
    }
    points.sort();
    points
}

fn errors_of_points(points: Vec<Point>) -> Vec<String> {
    let errors = points.into_iter().filter_map(|mut point| point.attributes.remove("error.type"));
    let mut errors: Vec<_> = errors.collect();
    errors.sort();
    errors.dedup();
    errors
}

fn errors_of_spans(spans: &InMemorySpanExporter) -> Vec<String> {
    let spans = spans.get_finished_spans().unwrap();
    let attributes = spans.iter().flat_map(|span| &span.attributes);
    let errors = attributes.filter(|attribute| attribute.key.as_str() == "error.type");
    let mut errors: Vec<_> = errors.map(|attribute| attribute.value.to_string()).collect();
    errors.sort();
    errors.dedup();
    errors
}
