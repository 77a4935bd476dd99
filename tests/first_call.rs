//! The first call of a process does not wait for the price data. Alone in its process: the data is
//! loaded once.

use llm_trace::{CostStatus, LlmResponse, Provider, Response, Usage, llm_span};
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics, SumDataPoint,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing_subscriber::layer::SubscriberExt;

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_usage(Usage::cache_inclusive(1000, 500));
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat() -> Answer {
    Answer
}

#[test]
fn a_call_that_ends_before_the_prices_are_loaded_says_so_and_the_next_one_is_priced() {
    let usage = Usage::cache_inclusive(1000, 500);
    let cost = || llm_trace::cost_of(&Provider::OPENAI, "gpt-4o", &usage);
    assert_eq!(cost(), Err(CostStatus::PricesLoading));
    llm_trace::load_prices();
    assert_eq!(cost().map(|cost| cost.dollars()), Ok(0.0075));

    let measured = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(measured.clone()).build();
    let meter_provider = SdkMeterProvider::builder().with_reader(reader).build();
    global::set_meter_provider(meter_provider.clone());
    let spans = InMemorySpanExporter::default();
    let tracer_provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracer_provider.tracer("tests"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        chat();
        chat();
    });
    meter_provider.force_flush().unwrap();

    let on_spans: Vec<_> = spans.get_finished_spans().unwrap();
    let on_spans = on_spans.iter().flat_map(|span| &span.attributes);
    let on_spans: Vec<_> =
        on_spans.filter(|attribute| attribute.key.as_str() == "gen_ai.usage.cost").collect();
    assert_eq!(on_spans.len(), 2);
    assert_eq!(counted(&measured), Some(0.015));
}

/// The sum of the metric `llm_trace.cost`.
fn counted(measured: &InMemoryMetricExporter) -> Option<f64> {
    let resources = measured.get_finished_metrics().unwrap();
    let scopes = resources.iter().flat_map(ResourceMetrics::scope_metrics);
    let mut metrics = scopes.flat_map(ScopeMetrics::metrics);
    let cost = metrics.find(|metric| metric.name() == "llm_trace.cost")?;
    match cost.data() {
        AggregatedMetrics::F64(MetricData::Sum(sum)) => {
            Some(sum.data_points().map(SumDataPoint::value).sum())
        }
        other => panic!("the cost is {other:?}"),
    }
}
