//! The layer of `Builder::build()` in subscribers of every make: a call is exported once, with what
//! is known late, below what is around it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use llm_trace::opentelemetry::trace::{SpanId, TracerProvider};
use llm_trace::{Builder, Parts, Usage, llm_span};
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, SdkTracerProvider, SimpleSpanProcessor, SpanData,
};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber, dispatcher};
use tracing_subscriber::filter::{FilterId, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, registry, reload};

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat() {
    tracing::info!("inside");
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 34));
}

/// A call in a span of another library.
fn request() {
    tracing::info_span!("request").in_scope(chat);
}

/// Parts that export here.
struct Set {
    parts: Parts,
    exporter: InMemorySpanExporter,
}

impl Set {
    fn up() -> Self {
        let exporter = InMemorySpanExporter::default();
        let processor = SimpleSpanProcessor::new(exporter.clone());
        let builder = Builder::new().with_console(false).with_span_processor(processor);
        Self { parts: builder.build().unwrap(), exporter }
    }

    fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        self.parts.layer()
    }

    fn spans(&self) -> Vec<SpanData> {
        self.exporter.get_finished_spans().unwrap()
    }

    /// Makes a request under a subscriber, and checks that everything of it is exported.
    #[track_caller]
    fn assert_exported(&self, subscriber: impl Subscriber + Send + Sync) {
        dispatcher::with_default(&Dispatch::new(subscriber), request);
        let spans = self.spans();
        let [call, around] = &spans[..] else { panic!("{spans:#?}") };
        assert_complete(call);
        assert_eq!(around.name, "request");
        assert_eq!(call.parent_span_id, around.span_context.span_id());
    }
}

#[track_caller]
fn assert_complete(call: &SpanData) {
    assert_eq!(call.name, "chat gpt-4o");
    for (key, value) in [("llm_trace.outcome", "ok"), ("gen_ai.usage.output_tokens", "34")] {
        let values = call.attributes.iter().filter(|attribute| attribute.key.as_str() == key);
        let values: Vec<_> = values.map(|attribute| attribute.value.as_str()).collect();
        assert_eq!(values, [value], "{key}");
    }
    assert!(call.events.is_empty(), "{:?}", call.events);
}

/// A text log that is kept.
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
    fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let written = self.clone();
        fmt::layer().with_ansi(false).with_writer(move || written.clone())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[test]
fn its_place_among_the_layers_does_not_matter() {
    let (set, text) = (Set::up(), Written::default());
    set.assert_exported(registry().with(set.layer()).with(text.layer()));
    assert!(text.text().contains("inside"));

    let (set, text) = (Set::up(), Written::default());
    set.assert_exported(registry().with(text.layer()).with(set.layer()));
    assert!(text.text().contains("inside"));
}

#[test]
fn it_may_be_boxed_listed_and_optional() {
    for is_first in [true, false] {
        let (set, text) = (Set::up(), Written::default());
        let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> =
            vec![set.layer().boxed(), text.layer().boxed()];
        if !is_first {
            layers.reverse();
        }
        set.assert_exported(registry().with(layers));
        assert!(text.text().contains("inside"));
    }
    let set = Set::up();
    set.assert_exported(registry().with(Some(set.layer())));
    let set = Set::up();
    set.assert_exported(registry().with(set.layer().and_then(Written::default().layer())));
}

#[test]
fn a_filter_of_another_layer_has_no_say() {
    for filter in ["off", "warn", "composition=debug"] {
        let (set, text) = (Set::up(), Written::default());
        let quiet = text.layer().with_filter(EnvFilter::new(filter));
        set.assert_exported(registry().with(quiet).with(set.layer()));
        assert_eq!(text.text().contains("inside"), filter == "composition=debug", "{filter}");
    }
    let (set, text) = (Set::up(), Written::default());
    let (filter, handle) = reload::Layer::new(EnvFilter::new("off"));
    let subscriber = registry().with(text.layer().with_filter(filter)).with(set.layer());
    handle.reload(EnvFilter::new("info")).unwrap();
    set.assert_exported(subscriber);
    assert!(text.text().contains("inside"));
}

/// As the documentation of `Parts::layer` says.
#[test]
fn a_filter_of_the_whole_subscriber_decides_what_is_exported() {
    for (filter, exported) in [
        ("info", &["chat gpt-4o", "request"][..]),
        ("warn,composition=info", &["chat gpt-4o", "request"]),
        ("warn", &[]),
        ("composition=warn", &[]),
    ] {
        for is_below in [true, false] {
            let (set, filter) = (Set::up(), EnvFilter::new(filter));
            let dispatch = if is_below {
                Dispatch::new(registry().with(filter).with(set.layer()))
            } else {
                Dispatch::new(registry().with(set.layer()).with(filter))
            };
            dispatcher::with_default(&dispatch, request);
            let names: Vec<_> = set.spans().into_iter().map(|span| span.name).collect();
            assert_eq!(names, exported);
        }
    }
}

#[test]
fn a_layer_that_can_be_reloaded_may_hold_it() {
    let set = Set::up();
    let (layer, _handle) = reload::Layer::new(set.layer());
    set.assert_exported(registry().with(layer).with(Written::default().layer()));
}

#[test]
fn beside_a_text_log_in_json_each_is_whole() {
    let (set, text) = (Set::up(), Written::default());
    let written = text.clone();
    let json = fmt::layer().json().with_writer(move || written.clone());

    set.assert_exported(registry().with(json).with(set.layer()));

    let text = text.text();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [inside] = &lines[..] else { panic!("{text}") };
    assert_eq!(inside["fields"]["message"], "inside");
    assert_eq!(inside["span"]["gen_ai.request.model"], "gpt-4o");
}

/// Two of these layers cannot be on one span.
#[test]
fn where_the_program_has_an_opentelemetry_layer_that_makes_the_spans() {
    let theirs = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(theirs.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("theirs"));
    let own = layer.with_filter(filter_fn(|it| it.is_span() && *it.level() <= Level::INFO));
    let set = Set::up();

    let subscriber = registry().with(own).with(set.layer()).with(Written::default().layer());
    dispatcher::with_default(&Dispatch::new(subscriber), request);

    let spans = theirs.get_finished_spans().unwrap();
    let [call, around] = &spans[..] else { panic!("{spans:#?}") };
    assert_complete(call);
    assert_eq!(call.parent_span_id, around.span_context.span_id());
    assert!(set.spans().is_empty());
}

/// As the documentation of `Parts::layer` says; when this fails, that may say less.
#[test]
#[should_panic(expected = "assertion failed: self.replace(val).is_none()")]
fn an_opentelemetry_layer_that_is_added_after_it_panics() {
    let set = Set::up();
    let theirs = tracing_opentelemetry::layer();
    let subscriber = registry().with(set.layer()).with(theirs);
    dispatcher::with_default(&Dispatch::new(subscriber), request);
}

#[test]
fn a_registry_of_the_programs_own_make_will_do() {
    let set = Set::up();
    set.assert_exported(Wrapped(registry()).with(set.layer()).with(Written::default().layer()));
}

#[test]
fn records_of_the_crate_log_are_exported_in_the_span_of_their_call() {
    #[llm_span(tool = "add")]
    fn add() {
        log::warn!("from log");
        log::debug!("hidden");
    }

    tracing_log::LogTracer::init().unwrap();
    let path = std::env::temp_dir().join(format!("llm-trace-log-{}.jsonl", std::process::id()));
    let parts = Builder::new().with_console(false).with_json_file(&path).build().unwrap();
    let subscriber = registry().with(parts.layer());
    dispatcher::with_default(&Dispatch::new(subscriber), add);
    parts.guard.shutdown().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(path).unwrap();

    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |place: &str| lines.iter().find_map(|line| line.pointer(place)).unwrap();
    let records = of("/resourceLogs/0/scopeLogs/0/logRecords").as_array().unwrap();
    let [record] = &records[..] else { panic!("{text}") };
    assert_eq!(record["severityText"], "WARN");
    let span = of("/resourceSpans/0/scopeSpans/0/spans/0");
    assert_eq!((&record["traceId"], &record["spanId"]), (&span["traceId"], &span["spanId"]));
}

#[test]
fn subscribers_of_two_threads_do_not_mix() {
    let sets = [Set::up(), Set::up()];
    std::thread::scope(|threads| {
        for set in &sets {
            threads.spawn(|| set.assert_exported(registry().with(set.layer())));
        }
    });
    let [one, other] = sets.map(|set| set.spans()[0].span_context.clone());
    assert!(one.trace_id() != other.trace_id() && one.span_id() != SpanId::INVALID);
}

/// A subscriber that looks up spans, and is not the registry.
struct Wrapped(Registry);

impl Subscriber for Wrapped {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.0.register_callsite(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.0.new_span(attributes)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.0.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.0.record_follows_from(span, follows);
    }

    fn event(&self, event: &Event<'_>) {
        self.0.event(event);
    }

    fn enter(&self, span: &Id) {
        self.0.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.0.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.0.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        self.0.try_close(span)
    }
}

impl<'a> LookupSpan<'a> for Wrapped {
    type Data = <Registry as LookupSpan<'a>>::Data;

    fn span_data(&'a self, id: &Id) -> Option<Self::Data> {
        self.0.span_data(id)
    }

    fn register_filter(&mut self) -> FilterId {
        self.0.register_filter()
    }
}
