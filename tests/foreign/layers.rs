//! Whatever layers and filters there are, in whatever order: the same is known.

use std::sync::{Arc, Mutex};

use llm_trace::{InnerSpans, llm_span};
use opentelemetry::Value;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, SpanData};
use tracing::{Dispatch, Instrument, Subscriber};
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, registry, reload};

use crate::counted::set_prices;
use crate::replay::{rig, rig_031};

type Spans = Arc<Mutex<Vec<SpanData>>>;

#[derive(Debug)]
struct Collect(Spans);

impl opentelemetry_sdk::trace::SpanProcessor for Collect {
    fn on_start(&self, _span: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(
        &self,
        _timeout: std::time::Duration,
    ) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }
}

#[llm_span(agent = "calc", model = "gpt-4o", provider = "openai")]
async fn agent() -> u64 {
    rig::run().await;
    llm_trace::current().totals().input_tokens()
}

/// A user's own export.
fn exporting(sampler: Sampler) -> (Spans, SdkTracer) {
    let spans = Spans::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(sampler)
        .with_span_processor(Collect(spans.clone()))
        .build();
    (spans, provider.tracer("tests"))
}

fn otel<S>(tracer: SdkTracer) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a> + Send + Sync,
{
    tracing_opentelemetry::layer().with_tracer(tracer)
}

fn run<T>(subscriber: impl Into<Dispatch>, future: impl Future<Output = T>) -> T {
    set_prices();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::dispatcher::with_default(&subscriber.into(), || runtime.block_on(future))
}

fn value(spans: &Spans, name: &str, key: &str) -> Option<Value> {
    let spans = spans.lock().unwrap();
    let span = spans.iter().find(|span| span.name == name).expect("a span of that name");
    let found = span.attributes.iter().rev().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.clone())
}

fn names(spans: &Spans) -> Vec<String> {
    spans.lock().unwrap().iter().map(|span| span.name.to_string()).collect()
}

#[test]
fn the_order_of_the_layers_does_not_matter() {
    let total = "llm_trace.total.input_tokens";
    let (spans, tracer) = exporting(Sampler::AlwaysOn);
    run(registry().with(otel(tracer)).with(llm_trace::layer()), agent());
    assert_eq!(value(&spans, "invoke_agent calc", total), Some(Value::I64(210)));

    let (spans, tracer) = exporting(Sampler::AlwaysOn);
    run(registry().with(llm_trace::layer()).with(otel(tracer)), agent());
    assert_eq!(value(&spans, "invoke_agent calc", total), Some(Value::I64(210)));
}

#[test]
fn what_a_span_lacks_is_supplied_in_any_order() {
    #[llm_span(agent = "calc", model = "gpt-4o", provider = "openai")]
    async fn agent() {
        rig_031::run().await;
    }

    for is_first in [true, false] {
        let (spans, tracer) = exporting(Sampler::AlwaysOn);
        let subscriber: Dispatch = if is_first {
            registry().with(llm_trace::layer()).with(otel(tracer)).into()
        } else {
            registry().with(otel(tracer)).with(llm_trace::layer()).into()
        };
        run(subscriber, agent());
        assert_eq!(value(&spans, "chat", "gen_ai.request.model"), Some("gpt-4o".into()));
        assert_eq!(value(&spans, "chat", "gen_ai.provider.name"), Some("openai".into()));
    }
}

#[test]
fn a_filter_of_the_export_hides_the_inner_spans_and_ours_says_what_they_would() {
    for is_first in [true, false] {
        let (spans, tracer) = exporting(Sampler::AlwaysOn);
        let filter = EnvFilter::new("info,rig::agent_chat=off,rig::completions=off");
        let subscriber: Dispatch = if is_first {
            registry().with(llm_trace::layer()).with(otel(tracer).with_filter(filter)).into()
        } else {
            registry().with(otel(tracer).with_filter(filter)).with(llm_trace::layer()).into()
        };
        run(subscriber, agent());

        assert_eq!(names(&spans), ["execute_tool", "invoke_agent calc"]);
        let own = |key| value(&spans, "invoke_agent calc", key);
        assert_eq!(own("gen_ai.usage.input_tokens"), Some(Value::I64(210)));
        assert_eq!(own("gen_ai.usage.output_tokens"), Some(Value::I64(51)));
        assert_eq!(own("gen_ai.usage.cache_read.input_tokens"), Some(Value::I64(128)));
        let Some(Value::F64(cost)) = own("gen_ai.usage.cost") else { panic!("no cost") };
        assert!((cost - crate::counted::RUN).abs() < 1e-12);
    }
}

#[test]
fn a_run_that_is_not_sampled_is_known_all_the_same() {
    let (spans, tracer) = exporting(Sampler::AlwaysOff);
    let total = run(registry().with(otel(tracer)).with(llm_trace::layer()), agent());
    assert_eq!((total, names(&spans).len()), (210, 0));
}

#[test]
fn filters_that_are_reloaded_do_not_get_in_the_way() {
    let (spans, tracer) = exporting(Sampler::AlwaysOn);
    let (filter, handle) = reload::Layer::new(LevelFilter::OFF);
    let export = otel::<Registry>(tracer).with_filter(filter);
    let subscriber = Dispatch::new(registry().with(export).with(llm_trace::layer()));
    // What is not exported is counted, as far as the function is known to the subscriber.
    run(subscriber.clone(), rig::run());
    assert!(names(&spans).is_empty());

    // Where there is one subscriber only, `tracing` asks the current one what it wants now.
    let reloaded =
        tracing::dispatcher::with_default(&subscriber, || handle.reload(LevelFilter::INFO));
    reloaded.unwrap();
    assert_eq!(run(subscriber, agent()), 210);
    assert_eq!(names(&spans).len(), 4);
}

/// A run with the parts that a builder makes.
fn run_with_parts<T>(builder: llm_trace::Builder, future: impl Future<Output = T>) -> (Spans, T) {
    let spans = Spans::default();
    let parts = builder.with_span_processor(Collect(spans.clone())).build().unwrap();
    let returned = run(registry().with(parts.layer()), future);
    (spans, returned)
}

#[test]
fn the_parts_bring_the_layer_and_the_repair() {
    #[llm_span(agent = "calc", model = "gpt-4o", provider = "openai")]
    async fn first_form() -> u64 {
        rig_031::run().await;
        llm_trace::current().totals().input_tokens()
    }

    let (spans, total) = run_with_parts(llm_trace::Builder::new(), first_form());

    assert_eq!(total, 210);
    // The calls have no name of their own: they are called by what the function says.
    let should = ["execute_tool add", "chat gpt-4o", "chat gpt-4o", "invoke_agent calc"];
    assert_eq!(names(&spans), should);
    let cost = value(&spans, "chat gpt-4o", "gen_ai.usage.cost");
    assert_eq!(cost, Some(Value::F64(174e-6)));
}

#[test]
fn hidden_spans_are_those_inside_and_no_others() {
    let builder = || llm_trace::Builder::new().with_inner_spans(InnerSpans::Hidden);

    let (spans, total) = run_with_parts(builder(), async {
        let spawned = tokio::spawn(agent().in_current_span());
        spawned.await.unwrap()
    });
    assert_eq!(total, 210);
    assert_eq!(names(&spans), ["execute_tool add", "invoke_agent calc"]);
    let own = |key| value(&spans, "invoke_agent calc", key);
    assert_eq!(own("gen_ai.usage.input_tokens"), Some(Value::I64(210)));
    assert_eq!(own("llm_trace.total.calls"), Some(Value::I64(2)));

    let (spans, _) = run_with_parts(builder(), rig::run());
    let should = ["chat gpt-4o", "execute_tool add", "chat gpt-4o", "invoke_agent calc"];
    assert_eq!(names(&spans), should);
}

#[test]
fn a_list_of_layers_knows_as_much() {
    #[llm_span(agent = "calc", model = "gpt-4o", provider = "openai")]
    async fn agent() {
        rig_031::run().await;
    }

    let (spans, tracer) = exporting(Sampler::AlwaysOn);
    let list = vec![llm_trace::layer().boxed(), otel(tracer).boxed()];
    run(registry().with(list), agent());

    assert_eq!(value(&spans, "chat", "gen_ai.request.model"), Some("gpt-4o".into()));
    let total = value(&spans, "invoke_agent calc", "llm_trace.total.input_tokens");
    assert_eq!(total, Some(Value::I64(210)));
}

#[test]
fn two_layers_count_once() {
    let (spans, tracer) = exporting(Sampler::AlwaysOn);
    let subscriber = registry().with(llm_trace::layer()).with(otel(tracer));
    assert_eq!(run(subscriber.with(llm_trace::layer()), agent()), 210);
    let total = value(&spans, "invoke_agent calc", "llm_trace.total.calls");
    assert_eq!(total, Some(Value::I64(2)));
}
