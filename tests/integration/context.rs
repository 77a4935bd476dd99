//! Calls that move: whichever task runs them, they are below the call that started them.

use futures_util::stream::{FuturesUnordered, iter};
use futures_util::{Stream, StreamExt as _};
use llm_trace::llm_span;
use opentelemetry_sdk::trace::SpanData;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet, spawn_blocking, spawn_local, yield_now};
use tracing::{Instrument as _, Span};

use crate::support::Capture;

const CALLS: u64 = 4;

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(number: u64) -> u64 {
    yield_now().await;
    number
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn blocking(number: u64) -> u64 {
    number
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn stream(number: u64) -> impl Stream<Item = u64> {
    iter([number]).then(|number| async move {
        yield_now().await;
        number
    })
}

/// The ways to run calls elsewhere.
#[derive(Clone, Copy, Debug)]
enum By {
    Spawn,
    JoinSet,
    SpawnLocal,
    SpawnBlocking,
    Select,
    FuturesUnordered,
    BufferUnordered,
    Channel,
    StreamOfAnotherTask,
}

#[llm_span(workflow = "trip")]
async fn run(by: By) -> u64 {
    let numbers = 0..CALLS;
    match by {
        By::Spawn => {
            let tasks = numbers.map(|number| tokio::spawn(chat(number).in_current_span()));
            iter(tasks.collect::<Vec<_>>())
                .then(|task| async { task.await.unwrap() })
                .count()
                .await;
        }
        By::JoinSet => {
            let mut tasks = JoinSet::new();
            numbers.for_each(|number| drop(tasks.spawn(chat(number).in_current_span())));
            tasks.join_all().await;
        }
        By::SpawnLocal => {
            let tasks = numbers.map(|number| spawn_local(chat(number).in_current_span()));
            iter(tasks.collect::<Vec<_>>())
                .then(|task| async { task.await.unwrap() })
                .count()
                .await;
        }
        By::SpawnBlocking => {
            for number in numbers {
                let (span, dispatch) =
                    (Span::current(), tracing::dispatcher::get_default(Clone::clone));
                let call = move || span.in_scope(|| blocking(number));
                // Only a subscriber of one thread has to be taken along.
                let call = move || tracing::dispatcher::with_default(&dispatch, call);
                spawn_blocking(call).await.unwrap();
            }
        }
        By::Select => {
            for number in (0..CALLS).step_by(2) {
                tokio::select! {
                    _ = chat(number) => {}
                    _ = chat(number + 1) => {}
                }
            }
        }
        By::FuturesUnordered => {
            numbers.map(chat).collect::<FuturesUnordered<_>>().count().await;
        }
        By::BufferUnordered => {
            iter(numbers.map(chat)).buffer_unordered(3).count().await;
        }
        By::Channel => {
            let (sender, mut receiver) = mpsc::unbounded_channel();
            let worker = tokio::spawn(async move {
                while let Some((number, span)) = receiver.recv().await {
                    chat(number).instrument(span).await;
                }
            });
            numbers.for_each(|number| sender.send((number, Span::current())).unwrap());
            drop(sender);
            worker.await.unwrap();
        }
        By::StreamOfAnotherTask => {
            let tasks = numbers.map(|number| tokio::spawn(stream(number).count()));
            iter(tasks.collect::<Vec<_>>())
                .then(|task| async { task.await.unwrap() })
                .count()
                .await;
        }
    }
    llm_trace::current().totals().calls()
}

#[test]
fn calls_are_below_the_call_that_started_them() {
    for by in [
        By::Spawn,
        By::JoinSet,
        By::SpawnLocal,
        By::SpawnBlocking,
        By::Select,
        By::FuturesUnordered,
        By::BufferUnordered,
        By::Channel,
        By::StreamOfAnotherTask,
    ] {
        let capture = Capture::new();
        let calls = capture.block_on(LocalSet::new().run_until(run(by)));
        assert_eq!(calls, CALLS, "{by:?}");

        let spans = capture.spans();
        let (trips, chats): (Vec<_>, Vec<_>) =
            spans.iter().partition(|span| span.name == "invoke_workflow trip");
        let [trip] = trips[..] else { panic!("{by:?}: {} workflows", trips.len()) };
        assert_eq!(chats.len() as u64, CALLS, "{by:?}");
        let is_below = |chat: &&SpanData| chat.parent_span_id == trip.span_context.span_id();
        assert!(chats.iter().all(is_below), "{by:?}");
    }
}

#[llm_span(workflow = "hold")]
async fn hold() -> Span {
    Span::current()
}

#[test]
fn a_call_ends_with_its_work_and_not_with_the_last_reference_to_its_span() {
    let capture = Capture::new();
    capture.block_on(async {
        let held = hold().await;
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        drop(held);
    });

    let span = capture.span();
    let duration = span.end_time.duration_since(span.start_time).unwrap();
    assert!(duration < std::time::Duration::from_millis(20), "{duration:?}");
}
