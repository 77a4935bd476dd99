//! Ten thousand streams that end in every way: each is exported once, and nothing is left of them.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex};

use futures_util::stream::iter;
use futures_util::{FutureExt, Stream, StreamExt};
use llm_trace::llm_span;
use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use serde_json::{Value, json};
use tokio::task::yield_now;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::layer::SubscriberExt;

const STREAMS: u64 = 10_000;
const CHUNKS: u64 = 8;

#[derive(Debug)]
struct Reset;

/// What becomes of one stream, by its number.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Fate {
    Ok,
    Abandoned,
    Cancelled,
    Error,
    Incomplete,
    Panic,
}

impl Fate {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Ok, "ok"),
        (Self::Abandoned, "abandoned"),
        (Self::Cancelled, "cancelled"),
        (Self::Error, "error Reset"),
        (Self::Incomplete, "error incomplete_stream"),
        (Self::Panic, "panic"),
    ];
}

/// Mixes a number, the same in every run.
fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 31)).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 16
}

fn fate(number: u64) -> (Fate, &'static str, u64) {
    let mixed = mix(number);
    let (fate, outcome) = Fate::ALL[usize::try_from(mixed % 6).unwrap()];
    (fate, outcome, mixed / 6 % CHUNKS)
}

#[llm_span(model = "gpt-4o", provider = "openai", error_type = |_: &Reset| "Reset")]
async fn chat(fate: Fate, at: u64) -> Result<impl Stream<Item = Result<Value, Reset>>, Reset> {
    if at.is_multiple_of(2) {
        yield_now().await;
    }
    if fate == Fate::Cancelled {
        std::future::pending::<()>().await;
    }
    let length = if fate == Fate::Incomplete { at + 1 } else { CHUNKS };
    Ok(iter(0..length).then(move |index| async move {
        if index % 3 == at % 3 {
            yield_now().await;
        }
        match fate {
            Fate::Error if index == at => return Err(Reset),
            Fate::Panic if index == at => resume_unwind(Box::new(())),
            _ => {}
        }
        let is_last = index == CHUNKS - 1 && fate != Fate::Incomplete;
        let reason = is_last.then_some("stop");
        Ok(json!({"model": "gpt-4o-2024-08-06", "id": "chatcmpl-1",
                  "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": reason}]}))
    }))
}

/// Makes one call, and interrupts it.
async fn interrupt(number: u64) {
    let (fate, _, at) = fate(number);
    let call = AssertUnwindSafe(async {
        if fate == Fate::Cancelled {
            let mut call = Box::pin(chat(fate, at));
            for _ in 0..=at {
                assert!((&mut call).now_or_never().is_none());
            }
            return;
        }
        let mut stream = Box::pin(chat(fate, at).await.unwrap());
        let mut taken = 0;
        while fate != Fate::Abandoned || taken < at {
            taken += 1;
            match stream.next().await {
                Some(Ok(_)) => {}
                // Some read on after an error.
                Some(Err(_)) if at.is_multiple_of(2) => {}
                _ => break,
            }
        }
    });
    assert_eq!(call.catch_unwind().await.is_err(), fate == Fate::Panic, "{number}");
}

/// Counts the spans that end, by how they ended.
#[derive(Clone, Debug, Default)]
struct Count {
    outcomes: Arc<Mutex<BTreeMap<String, u64>>>,
    ids: Option<Arc<Mutex<HashSet<SpanId>>>>,
}

impl SpanProcessor for Count {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        let text = |key: &str| {
            let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
            found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
        };
        let (mut outcome, error_type) = (text("llm_trace.outcome"), text("error.type"));
        if outcome == "error" {
            outcome = format!("{outcome} {error_type}");
        }
        *self.outcomes.lock().unwrap().entry(outcome).or_default() += 1;
        if let Some(ids) = &self.ids {
            assert!(ids.lock().unwrap().insert(span.span_context.span_id()), "exported twice");
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Count {
    fn listen(&self) -> Dispatch {
        let provider = SdkTracerProvider::builder().with_span_processor(self.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
        Dispatch::new(tracing_subscriber::registry().with(layer))
    }

    fn outcomes(&self) -> BTreeMap<String, u64> {
        self.outcomes.lock().unwrap().clone()
    }
}

fn expected() -> BTreeMap<String, u64> {
    let mut expected = BTreeMap::new();
    for number in 0..STREAMS {
        *expected.entry(fate(number).1.to_owned()).or_default() += 1;
    }
    expected
}

#[test]
fn ten_thousand_interrupted_streams_are_ten_thousand_spans() {
    let count = Count { ids: Some(Arc::default()), ..Count::default() };
    let dispatch = count.listen();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let tasks = (0..STREAMS)
            .map(|number| tokio::spawn(interrupt(number).with_subscriber(dispatch.clone())));
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });

    assert_eq!(count.outcomes(), expected());
    assert_eq!(count.ids.unwrap().lock().unwrap().len() as u64, STREAMS);
}

#[test]
fn nothing_is_left_of_ten_thousand_interrupted_streams() {
    let count = Count::default();
    let dispatch = count.listen();
    let run = || {
        tracing::dispatcher::with_default(&dispatch, || {
            for number in 0..STREAMS {
                futures_executor::block_on(interrupt(number));
            }
        });
    };
    // What is kept once is kept by now.
    run();
    let left = allocation_counter::measure(run);

    assert!(left.bytes_current.abs() < 16 * 1024, "{left:?}");
    let twice = expected().into_iter().map(|(outcome, count)| (outcome, 2 * count));
    assert_eq!(count.outcomes(), twice.collect());
}

/// Reads one stream of so many equal chunks.
fn read(item: &'static str, chunks: usize) {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat(item: &'static str, chunks: usize) -> impl Stream<Item = &'static str> {
        iter(std::iter::repeat_n(item, chunks))
    }

    assert_eq!(futures_executor::block_on(chat(item, chunks).count()), chunks);
}

#[test]
fn a_chunk_costs_no_allocation() {
    let event = concat!(
        r#"data: {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": null, "choices": "#,
        r#"[{"index": 0, "delta": {"content": " word"}, "finish_reason": null}]}"#,
        "\n\n"
    );
    let dispatch = Count::default().listen();
    tracing::dispatcher::with_default(&dispatch, || {
        for item in ["word ", event] {
            read(item, 10);
            let few = allocation_counter::measure(|| read(item, 10_000));
            let many = allocation_counter::measure(|| read(item, 20_000));
            assert_eq!(few.count_total, many.count_total, "{item}");
        }
    });
}
