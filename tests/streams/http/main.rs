//! What is said of a stream, against what its client saw over HTTP.

mod provider;

use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use llm_trace::llm_span;
use opentelemetry::trace::{Status, TracerProvider};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use provider::{CHUNKS, End};
use tracing_subscriber::layer::SubscriberExt;

const DELAY: Duration = Duration::from_millis(120);
/// Enough for chunks not to arrive together.
const SHORT: Duration = Duration::from_millis(15);

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(
    url: &str,
) -> reqwest::Result<impl Stream<Item = reqwest::Result<impl AsRef<[u8]> + use<>>> + use<>> {
    Ok(reqwest::get(url).await?.error_for_status()?.bytes_stream())
}

/// What the client saw.
struct Seen {
    wall: Duration,
    to_first: Option<Duration>,
    chunks: usize,
    errors: usize,
}

/// Reads up to `take` items of a stream, and drops it.
async fn read(delay: Duration, end: End, take: usize) -> Seen {
    let url = provider::start(delay, end).await;
    let started = Instant::now();
    let mut seen = Seen { wall: Duration::ZERO, to_first: None, chunks: 0, errors: 0 };
    let mut stream = Box::pin(chat(&url).await.unwrap());
    for _ in 0..take {
        match stream.next().await {
            Some(Ok(_)) => {
                seen.to_first.get_or_insert(started.elapsed());
                seen.chunks += 1;
            }
            Some(Err(_)) => seen.errors += 1,
            None => break,
        }
    }
    drop(stream);
    seen.wall = started.elapsed();
    seen
}

/// Runs one stream, and returns the one span with what the client saw.
fn trace(delay: Duration, end: End, take: usize) -> (SpanData, Seen) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen = runtime.block_on(read(delay, end, take));
    let spans = exporter.get_finished_spans().unwrap();
    let mut spans: Vec<_> =
        spans.into_iter().filter(|span| span.name.starts_with("chat")).collect();
    assert_eq!(spans.len(), 1);
    (spans.remove(0), seen)
}

fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    let mut found = span.attributes.iter().filter(|attribute| attribute.key.as_str() == key);
    let value = found.next().map(|attribute| &attribute.value);
    assert!(found.next().is_none(), "`{key}` was exported twice");
    value
}

fn text(span: &SpanData, key: &str) -> String {
    attribute(span, key).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn durations_are_those_that_the_client_saw() {
    let (span, seen) = trace(DELAY, End::Whole, usize::MAX);

    assert_eq!(seen.chunks, CHUNKS);
    assert_eq!(text(&span, "llm_trace.outcome"), "ok");
    assert_eq!(text(&span, "llm_trace.response.chunks"), CHUNKS.to_string());
    assert_eq!(text(&span, "llm_trace.response.length"), "45");
    assert_eq!(text(&span, "gen_ai.response.model"), "gpt-4o-mini-2024-07-18");
    assert_eq!(text(&span, "gen_ai.usage.input_tokens"), "25");
    assert_eq!(text(&span, "gen_ai.usage.output_tokens"), "18");
    let reasons = Value::Array(Array::String(vec!["stop".into()]));
    assert_eq!(attribute(&span, "gen_ai.response.finish_reasons"), Some(&reasons));

    let duration = span.end_time.duration_since(span.start_time).unwrap().as_secs_f64();
    let wall = seen.wall.as_secs_f64();
    assert!((duration - wall).abs() <= 0.05 * wall, "{duration} s of {wall} s");
    let Some(Value::F64(to_first)) = attribute(&span, "gen_ai.response.time_to_first_chunk") else {
        panic!("no time to the first chunk");
    };
    let seen = seen.to_first.unwrap().as_secs_f64();
    assert!((to_first - seen).abs() <= 0.01, "{to_first} s, the client saw {seen} s");
    let Some(Value::F64(rate)) = attribute(&span, "llm_trace.response.tokens_per_second") else {
        panic!("no rate");
    };
    // Eighteen tokens over ten delays, at the least.
    assert!(*rate > 0.0 && *rate <= 18.0 / (10.0 * DELAY.as_secs_f64()) * 1.05, "{rate}");
}

#[test]
fn a_stream_dropped_after_some_chunks_keeps_what_they_said() {
    for (take, length, output_tokens) in
        [(0, "", ""), (1, "5", ""), (CHUNKS / 2, "25", ""), (CHUNKS - 1, "45", "18")]
    {
        let (span, seen) = trace(SHORT, End::Whole, take);

        assert_eq!(seen.chunks, take);
        assert_eq!(text(&span, "llm_trace.outcome"), "abandoned", "after {take}");
        assert_eq!(span.status, Status::Unset, "after {take}");
        assert_eq!(text(&span, "llm_trace.response.chunks"), take.to_string());
        assert_eq!(text(&span, "llm_trace.response.length"), length, "after {take}");
        assert_eq!(text(&span, "gen_ai.usage.output_tokens"), output_tokens, "after {take}");
    }
}

#[test]
fn a_connection_that_is_reset_is_an_error_item() {
    for chunks in [1, CHUNKS / 2, CHUNKS - 1] {
        let (span, seen) = trace(SHORT, End::Reset(chunks), usize::MAX);

        assert_eq!((seen.chunks, seen.errors), (chunks, 1));
        assert_eq!(text(&span, "llm_trace.outcome"), "error", "after {chunks}");
        assert_eq!(text(&span, "error.type"), "reqwest::error::Error", "after {chunks}");
        assert_eq!(text(&span, "llm_trace.response.chunks"), chunks.to_string());
    }
}

#[test]
fn a_connection_that_is_closed_too_early_is_an_incomplete_stream() {
    for (chunks, error_type) in
        [(1, "incomplete_stream"), (CHUNKS / 2, "incomplete_stream"), (CHUNKS - 2, "")]
    {
        let (span, seen) = trace(SHORT, End::Cut(chunks), usize::MAX);

        assert_eq!((seen.chunks, seen.errors), (chunks, 0));
        assert_eq!(text(&span, "error.type"), error_type, "after {chunks}");
        let outcome = if error_type.is_empty() { "ok" } else { "error" };
        assert_eq!(text(&span, "llm_trace.outcome"), outcome, "after {chunks}");
        assert_eq!(text(&span, "llm_trace.response.chunks"), chunks.to_string());
    }
}
