//! Programs with providers of their own, into which calls are recorded.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use llm_trace::opentelemetry::{KeyValue, global};
use llm_trace::{Builder, Capture, ContentOn, Redactor, Rules, llm_span};
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use serde_json::{Value, json};

/// Calls with providers that were set before ours.
pub(crate) fn run(replaced: bool) -> Result<(), Box<dyn Error>> {
    let spans = InMemorySpanExporter::default();
    let tracer_provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    global::set_tracer_provider(tracer_provider);
    let (meter_provider, metrics) = measured();
    {
        let _guard = Builder::new().with_globals_replaced(replaced).install()?;
        crate::chat("canary-prompt");
    }
    meter_provider.force_flush()?;
    for span in spans.get_finished_spans()? {
        say(format!("span {}", span.name))?;
    }
    for metrics in metrics.get_finished_metrics()? {
        for metric in metrics.scope_metrics().flat_map(ScopeMetrics::metrics) {
            say(format!("metric {}", metric.name()))?;
        }
    }
    Ok(())
}

/// A call whose content is captured, with providers of the program's own for spans and logs.
pub(crate) fn content() -> Result<(), Box<dyn Error>> {
    let (spans, logs) = (InMemorySpanExporter::default(), InMemoryLogExporter::default());
    let tracer_provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    let logger_provider = SdkLoggerProvider::builder().with_simple_exporter(logs.clone()).build();
    global::set_tracer_provider(tracer_provider);
    llm_trace::set_logger_provider(&logger_provider);
    let builder = Builder::new().with_capture(Capture::Redacted).with_error_text(true);
    let _guard = builder.with_content_on(ContentOn::SpansAndEvents).install()?;
    let said = format!("canary of {}", "ann@example.com");
    answer(&[json!({"role": "user", "content": said})]);
    let _ = refuse(&said);
    for span in spans.get_finished_spans()? {
        say(format!("span {} {:?} {:?}", span.name, span.status, span.attributes))?;
    }
    for log in logs.get_emitted_logs()? {
        let attributes: Vec<_> = log.record.attributes_iter().collect();
        say(format!("log {:?} {attributes:?}", log.record.event_name()))?;
    }
    Ok(())
}

#[llm_span(model = "gpt-4o", provider = "openai", prompt = messages)]
fn answer(messages: &[Value]) -> Value {
    let message = json!({"role": "assistant", "content": messages[0]["content"]});
    json!({"object": "chat.completion", "choices": [{"message": message, "finish_reason": "stop"}]})
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn refuse(prompt: &str) -> Result<(), String> {
    Err(format!("no answer to: {prompt}"))
}

/// Calls with a redactor that does not answer the first time that it is asked of the model.
pub(crate) fn flaky() -> Result<(), Box<dyn Error>> {
    let (meter_provider, metrics) = measured();
    let redactor = Flaky { rules: Rules::new(), has_failed: AtomicBool::new(false) };
    let builder = Builder::new().with_traces_exporters([]).with_redactor(redactor);
    let guard = builder.install()?;
    for _ in 0..2 {
        ask("model of ann@example.com", "canary", "to ann@example.com");
    }
    drop(guard);
    say_attributes(&meter_provider, &metrics)
}

struct Flaky {
    rules: Rules,
    has_failed: AtomicBool,
}

impl Redactor for Flaky {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.starts_with("model") && !self.has_failed.swap(true, Ordering::Relaxed) {
            // Without the hook, which would print.
            std::panic::resume_unwind(Box::new(()));
        }
        self.rules.redact(text)
    }
}

/// Calls with texts where names belong, measured by a provider of the program's own.
pub(crate) fn texts(is_set_up: bool) -> Result<(), Box<dyn Error>> {
    let (meter_provider, metrics) = measured();
    // The first is made before there is a gate.
    ask("model of ann@example.com", "canary", "to ann@example.com");
    let guard = is_set_up.then(|| {
        let keys = ["app.prompt", "app.note"];
        Builder::new().with_traces_exporters([]).with_metric_attributes(keys).install()
    });
    let guard = guard.transpose()?;
    if is_set_up {
        meter_provider.force_flush()?;
        metrics.reset();
    }
    ask("model of ann@example.com", "canary", "to ann@example.com");
    drop(guard);
    say_attributes(&meter_provider, &metrics)
}

#[llm_span(
    model = model,
    provider = "openai",
    fields("app.prompt" = prompt, "app.note" = note),
)]
fn ask(model: &str, prompt: &str, note: &str) {}

fn measured() -> (SdkMeterProvider, InMemoryMetricExporter) {
    let metrics = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(metrics.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    global::set_meter_provider(provider.clone());
    (provider, metrics)
}

/// Says the attributes of what was measured.
fn say_attributes(
    meter_provider: &SdkMeterProvider,
    metrics: &InMemoryMetricExporter,
) -> Result<(), Box<dyn Error>> {
    meter_provider.force_flush()?;
    for metrics in metrics.get_finished_metrics()? {
        for attribute in attributes(&metrics) {
            say(format!("{}={}", attribute.key, attribute.value))?;
        }
    }
    Ok(())
}

/// The attributes of all histograms, which is what an unpriced call makes.
fn attributes(metrics: &ResourceMetrics) -> Vec<KeyValue> {
    let metrics = metrics.scope_metrics().flat_map(ScopeMetrics::metrics);
    let mut attributes = Vec::new();
    for metric in metrics {
        if let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() {
            for point in histogram.data_points() {
                attributes.extend(point.attributes().cloned());
            }
        }
    }
    attributes
}

fn say(what: impl Display) -> std::io::Result<()> {
    writeln!(std::io::stderr(), "theirs: {what}")
}
