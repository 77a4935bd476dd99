//! Spans go in through an SDK tracer with a clock of the test's; trees come out.

mod drawing;
mod waiting;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanBuilder, Status, TraceContextExt, Tracer, TracerProvider as _};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::Console;
use super::buffer::Limits;
use super::style::{Style, UNICODE};

const PLAIN: Style = Style { width: 100, glyphs: &UNICODE, colour: false };

/// A tracer whose clock is the test's, and what it printed.
struct Stage {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    screen: Screen,
}

#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stage {
    fn new(style: Style, limits: Limits) -> Self {
        let screen = Screen::default();
        let console = Console::new(style, limits, Box::new(screen.clone()));
        let provider = SdkTracerProvider::builder().with_span_processor(console).build();
        let tracer = provider.tracer("tests");
        Self { provider, tracer, screen }
    }

    fn root(&self, name: &'static str, start: u64) -> Context {
        self.child(&Context::new(), name, start)
    }

    fn child(&self, parent: &Context, name: &'static str, start: u64) -> Context {
        let builder = SpanBuilder::from_name(name).with_start_time(at(start));
        parent.with_span(self.tracer.build_with_context(builder, parent))
    }

    /// Returns what was printed since the last time, with a line break before it.
    fn printed(&self) -> String {
        let bytes = std::mem::take(&mut *self.screen.0.lock().unwrap());
        format!("\n{}", String::from_utf8(bytes).unwrap())
    }
}

/// Returns the time so many microseconds after the start of the test.
fn at(micros: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_760_000_000) + Duration::from_micros(micros)
}

fn end<const N: usize>(span: &Context, time: u64, attributes: [(&'static str, Value); N]) {
    let attributes = attributes.map(|(key, value)| KeyValue::new(key, value));
    span.span().set_attributes(attributes);
    span.span().end_with_timestamp(at(time));
}

fn end_chat(span: &Context, time: u64, input: i64, output: i64, cost: f64) {
    end(
        span,
        time,
        [
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.request.model", "gpt-4o-mini".into()),
            ("gen_ai.usage.input_tokens", input.into()),
            ("gen_ai.usage.output_tokens", output.into()),
            ("gen_ai.usage.cost", cost.into()),
            ("gen_ai.response.finish_reasons", reasons(&["stop"])),
            ("llm_trace.outcome", "ok".into()),
        ],
    );
}

fn end_failed(span: &Context, time: u64, outcome: &'static str, error_type: &'static str) {
    span.span().set_status(Status::error(""));
    end(
        span,
        time,
        [
            ("gen_ai.operation.name", "chat".into()),
            ("llm_trace.outcome", outcome.into()),
            ("error.type", error_type.into()),
        ],
    );
}

fn reasons(reasons: &[&'static str]) -> Value {
    Value::Array(Array::String(reasons.iter().copied().map(StringValue::from).collect()))
}

fn of(operation: &'static str) -> [(&'static str, Value); 2] {
    [("gen_ai.operation.name", operation.into()), ("llm_trace.outcome", "ok".into())]
}
