//! What Rig does to trace a turn, and what becomes of it.

use std::hint::black_box;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use llm_trace::{Repaired, llm_span};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor};
use tracing::field::Empty;
use tracing::{Span as TracingSpan, info_span};
use tracing_subscriber::layer::SubscriberExt;

/// One turn of Rig's, as its spans are since 0.41.
pub fn chat() {
    let span = info_span!(
        target: "rig::agent_chat",
        "chat",
        rig.completion_parent = true,
        gen_ai.operation.name = "chat",
        gen_ai.system_instructions = None::<&str>,
        gen_ai.provider.name = Empty,
        gen_ai.request.model = Empty,
        gen_ai.request.stream = Empty,
        gen_ai.response.id = Empty,
        gen_ai.response.model = Empty,
        rig.provider_request_id = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        gen_ai.usage.cache_read.input_tokens = Empty,
        gen_ai.usage.cache_creation.input_tokens = Empty,
        gen_ai.usage.tool_use_prompt_tokens = Empty,
        gen_ai.usage.reasoning_tokens = Empty,
        gen_ai.input.messages = Empty,
        gen_ai.output.messages = Empty,
        gen_ai.agent.name = "calc",
    );
    span.in_scope(|| {
        let span = TracingSpan::current();
        span.record("gen_ai.operation.name", "chat");
        span.record("gen_ai.provider.name", "openai");
        span.record("gen_ai.request.model", "gpt-4o");
        span.record("gen_ai.request.stream", false);
        span.record("rig.provider_request_id", "req_chat_1");
        span.record("gen_ai.response.id", "chatcmpl-1");
        span.record("gen_ai.response.model", "gpt-4o-2024-08-06");
        span.record("gen_ai.usage.input_tokens", black_box(90_u64));
        span.record("gen_ai.usage.output_tokens", black_box(42_u64));
        span.record("gen_ai.usage.cache_read.input_tokens", black_box(64_u64));
        span.record("gen_ai.usage.reasoning_tokens", black_box(3_u64));
    });
}

/// An annotated agent that takes two turns.
pub fn agent() {
    #[llm_span(agent = "calc")]
    async fn run() {
        chat();
        chat();
    }

    black_box(run().now_or_never());
}

/// Repairs a turn of Rig's, or does nothing to it.
///
/// # Panics
///
/// If the exporter waits or fails, which it does not.
pub fn repair(is_repaired: bool) {
    let spans = vec![TURN.clone()];
    let exported = if is_repaired {
        Repaired::new(Nowhere).export(spans).now_or_never()
    } else {
        Nowhere.export(spans).now_or_never()
    };
    black_box(exported).expect("nothing waits").expect("nothing fails");
}

/// A turn of Rig's, as it leaves the layer.
pub(crate) static TURN: LazyLock<SpanData> = LazyLock::new(|| ended(chat));

/// Returns the span that some code makes.
pub(crate) fn ended(code: impl FnOnce()) -> SpanData {
    let last = Arc::<Mutex<Option<SpanData>>>::default();
    let provider = SdkTracerProvider::builder().with_span_processor(Last(last.clone())).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("benches"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), code);
    last.lock().ok().and_then(|mut last| last.take()).expect("a span has ended")
}

/// Keeps the last span.
#[derive(Debug)]
struct Last(Arc<Mutex<Option<SpanData>>>);

impl SpanProcessor for Last {
    fn on_start(&self, _span: &mut Span, _context: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        if let Ok(mut last) = self.0.lock() {
            *last = Some(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// An exporter that drops what it gets.
#[derive(Debug)]
pub(crate) struct Nowhere;

impl SpanExporter for Nowhere {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        black_box(batch);
        Ok(())
    }
}
