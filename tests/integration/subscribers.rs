//! Who listens: nobody, a text log, a user's own layer, a layer that cannot be looked into.

use std::io::Write;
use std::sync::{Arc, Mutex};

use llm_trace::{LlmResponse, Response, TraceContext, Usage, llm_span, with_trace_context_sync};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, filter, fmt, reload};

use crate::support::{Capture, Collect, text};

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_model("gpt-4o-2024-08-06");
        response.set_usage(Usage::cache_inclusive(12, 34));
        response.add_text("the answer");
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat(prompt: &str) -> Answer {
    assert!(!prompt.is_empty());
    tracing::info!("inside");
    Answer
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn layer<S>(&self) -> impl Layer<S>
    where
        S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        let written = self.clone();
        fmt::layer().with_ansi(false).with_writer(move || written.clone())
    }

    fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }
}

#[test]
fn without_a_subscriber_the_function_just_runs() {
    chat("hello");

    assert!(!llm_trace::current().is_active());
}

#[test]
fn nothing_is_evaluated_when_nobody_listens() {
    fn evaluated() -> String {
        panic!("evaluated")
    }

    #[llm_span(model = evaluated(), provider = "openai", user = evaluated())]
    fn ask() -> u8 {
        7
    }

    #[llm_span(provider = "openai", request = evaluated())]
    fn request() -> u8 {
        7
    }

    // Another thread's subscriber is not ours.
    let _elsewhere = Capture::new();
    assert_eq!((ask(), request()), (7, 7));
}

#[test]
fn there_is_no_trace_context_where_nobody_listens_or_nothing_is_called() {
    let (seen, context) = with_trace_context_sync(|| {
        chat("hello");
        llm_trace::current().trace_context()
    });
    assert_eq!((seen, context), (None, None));
    assert_eq!(Capture::new().run(|| with_trace_context_sync(|| 3)), (3, None));
    assert_eq!(TraceContext::current(), None);
}

#[test]
fn a_plain_text_log_gets_one_line_with_model_tokens_and_outcome() {
    let written = Written::default();
    let subscriber = tracing_subscriber::registry().with(written.layer());
    tracing::subscriber::with_default(subscriber, || chat("a secret question"));

    let lines = written.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for part in ["call ended", "gpt-4o-2024-08-06", "input_tokens=12", "output_tokens=34", "\"ok\""]
    {
        assert!(lines[1].contains(part), "{part} is missing in {}", lines[1]);
    }
    assert!(!lines.concat().contains("secret"));
}

#[test]
fn a_text_log_beside_an_opentelemetry_layer_keeps_the_call_on_the_span_only() {
    let written = Written::default();
    let capture = Capture::new();
    let layer = tracing_opentelemetry::layer().with_tracer(capture.tracer());
    let subscriber = tracing_subscriber::registry().with(layer).with(written.layer());
    tracing::subscriber::with_default(subscriber, || chat("hello"));

    assert!(written.lines().iter().all(|line| !line.contains("call ended")));
    let span = capture.span();
    let events: Vec<_> = span.events.iter().map(|event| event.name.clone()).collect();
    assert_eq!(events, ["inside"]);
}

#[test]
fn a_layer_behind_reload_gets_the_late_attributes_too() {
    let capture = Capture::new();
    let layer = tracing_opentelemetry::layer().with_tracer(capture.tracer());
    let (layer, _handle) = reload::Layer::new(layer);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || chat("hello"));

    assert_eq!(text(&capture.span(), "gen_ai.response.model"), "gpt-4o-2024-08-06");
}

#[test]
fn a_layer_that_filters_the_call_out_leaves_the_callers_span_alone() {
    let capture = Capture::new();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(capture.tracer())
        .with_filter(filter::filter_fn(|metadata| metadata.name() == "request"));
    let subscriber = tracing_subscriber::registry().with(layer).with(Written::default().layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("request").in_scope(|| chat("hello"));
    });

    let span = capture.span();
    assert_eq!(span.name, "request");
    let ours = |key: &str| key.starts_with("gen_ai.") || key.starts_with("llm_trace.");
    assert!(!span.attributes.iter().any(|attribute| ours(attribute.key.as_str())), "{span:#?}");
}

#[test]
fn a_sampled_out_call_exports_nothing() {
    let capture = Capture::with_sampler(Sampler::AlwaysOff);
    capture.run(|| chat("hello"));

    assert!(capture.spans().is_empty());
}

#[test]
fn samplers_see_what_the_conventions_ask_for() {
    let spans = Arc::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(OnlyGpt4o)
        .with_span_processor(Collect(Arc::clone(&spans)))
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || chat("hello"));

    assert_eq!(spans.lock().unwrap().len(), 1);
}

#[derive(Clone, Debug)]
struct OnlyGpt4o;

impl opentelemetry_sdk::trace::ShouldSample for OnlyGpt4o {
    fn should_sample(
        &self,
        parent: Option<&opentelemetry::Context>,
        trace: opentelemetry::TraceId,
        name: &str,
        kind: &opentelemetry::trace::SpanKind,
        attributes: &[opentelemetry::KeyValue],
        links: &[opentelemetry::trace::Link],
    ) -> opentelemetry_sdk::trace::SamplingResult {
        let given = |key: &str, value: &str| {
            attributes
                .iter()
                .any(|known| known.key.as_str() == key && known.value.as_str() == value)
        };
        let keep = name == "chat gpt-4o"
            && *kind == opentelemetry::trace::SpanKind::Client
            && given("gen_ai.operation.name", "chat")
            && given("gen_ai.provider.name", "openai")
            && given("gen_ai.request.model", "gpt-4o");
        let sampler = if keep { Sampler::AlwaysOn } else { Sampler::AlwaysOff };
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}
