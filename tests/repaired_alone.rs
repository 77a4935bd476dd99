//! The repairing exporter measures what nothing else does. Alone in its process: it sets the global
//! meter provider.

use llm_trace::{Price, Repaired, register_price};
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, HistogramDataPoint, MetricData, ResourceMetrics, SumDataPoint,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::{info_span, subscriber};
use tracing_subscriber::layer::SubscriberExt;

#[test]
fn calls_are_measured_once_if_that_is_asked_for() {
    register_price("gpt-4o", Price::per_million(1.0, 2.0));
    let metrics = InMemoryMetricExporter::default();
    let meter_provider = SdkMeterProvider::builder()
        .with_reader(PeriodicReader::builder(metrics.clone()).build())
        .build();
    global::set_meter_provider(meter_provider.clone());

    // One around another: repairing twice is no harm, and the one that is asked to measures.
    for has_metrics in [false, true] {
        let exporter = Repaired::new(InMemorySpanExporter::default()).with_metrics(has_metrics);
        let provider =
            SdkTracerProvider::builder().with_simple_exporter(Repaired::new(exporter)).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
        subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            info_span!(
                "chat",
                gen_ai.operation.name = "chat",
                gen_ai.provider.name = "openai",
                gen_ai.request.model = "gpt-4o",
                gen_ai.usage.input_tokens = 90_u64,
                gen_ai.usage.output_tokens = 42_u64,
            )
            .in_scope(|| {});
        });
    }

    meter_provider.force_flush().unwrap();
    let mut measured = Vec::new();
    for metric in
        metrics.get_finished_metrics().unwrap().iter().flat_map(ResourceMetrics::scope_metrics)
    {
        for metric in metric.metrics() {
            match metric.data() {
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    let calls: u64 = histogram.data_points().map(HistogramDataPoint::count).sum();
                    measured.push(format!("{} {calls}", metric.name()));
                }
                AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                    let tokens: u64 = histogram.data_points().map(HistogramDataPoint::sum).sum();
                    measured.push(format!("{} {tokens}", metric.name()));
                }
                AggregatedMetrics::F64(MetricData::Sum(sum)) => {
                    let dollars: f64 = sum.data_points().map(SumDataPoint::value).sum();
                    measured.push(format!("{} {:.6}", metric.name(), dollars));
                }
                // The SDK measures itself.
                _ => {}
            }
        }
    }
    measured.retain(|line| line.starts_with("gen_ai.") || line.starts_with("llm_trace."));
    measured.sort();
    assert_eq!(
        measured,
        [
            "gen_ai.client.operation.duration 1",
            "gen_ai.client.token.usage 132",
            "llm_trace.cost 0.000174",
        ]
    );
}
