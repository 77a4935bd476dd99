//! Calls that change threads between two polls, and many at once: none stays current behind another.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::FutureExt as _;
use llm_trace::{Usage, llm_span};
use opentelemetry::trace::{FutureExt as _, SpanId, TraceContextExt as _};
use opentelemetry::{Context, Value};

use crate::support::{Capture, attribute};

#[llm_span(tool = "request", fields("app.number" = number))]
async fn request(number: i64) {
    chat(number).await;
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(number: i64) {
    for turn in 0..3 {
        let call = llm_trace::current().span_context().unwrap();
        let current = Context::map_current(|context| context.span().span_context().clone());
        assert_eq!(current.span_id(), call.span_id());
        tokio::time::sleep(Duration::from_millis(number.cast_unsigned() % 3 + turn)).await;
    }
    llm_trace::current().record_usage(Usage::cache_inclusive(number.cast_unsigned(), None));
}

/// What is current on this thread.
fn current() -> SpanId {
    Context::map_current(|context| context.span().span_context().span_id())
}

#[test]
fn a_thousand_concurrent_calls_do_not_mix() {
    let capture = Capture::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let context = capture.run(Context::current);
    runtime.block_on(async {
        let start = |number| tokio::spawn(request(number).with_context(context.clone()));
        for call in (0..1000).map(start).collect::<Vec<_>>() {
            call.await.unwrap();
        }
        // Nothing is left on the threads.
        let left = (0..100).map(|_| tokio::spawn(async { current() })).collect::<Vec<_>>();
        for left in left {
            assert_eq!(left.await.unwrap(), SpanId::INVALID);
        }
    });

    let spans = capture.spans();
    let (chats, requests): (Vec<_>, Vec<_>) =
        spans.iter().partition(|span| span.name == "chat gpt-4o");
    assert_eq!((requests.len(), chats.len()), (1000, 1000));
    let requests: HashMap<_, _> = requests
        .iter()
        .map(|span| (span.span_context.span_id(), attribute(span, "app.number").cloned()))
        .collect();
    for chat in chats {
        let number = requests[&chat.parent_span_id].clone();
        let used = attribute(chat, "gen_ai.usage.input_tokens").cloned();
        assert!(matches!(number, Some(Value::I64(_))) && used == number, "{chat:?}");
    }
}

#[llm_span(workflow = "outer")]
fn outer(run: impl FnOnce()) {
    run();
}

#[test]
fn a_call_that_is_begun_inside_another_and_ends_after_it_leaves_nothing_current() {
    let capture = Capture::new();
    capture.run(|| {
        let mut kept = None;
        outer(|| {
            let mut call = Box::pin(request(1));
            // It waits for its timer.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.unwrap();
            {
                let _entered = runtime.enter();
                assert!(call.as_mut().now_or_never().is_none());
            }
            kept = Some((runtime, call));
        });
        assert_eq!(current(), SpanId::INVALID);
        let (runtime, call) = kept.unwrap();
        runtime.block_on(call);
        assert_eq!(current(), SpanId::INVALID);
    });

    let spans = capture.spans();
    let names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["invoke_workflow outer", "chat gpt-4o", "execute_tool request"]);
    assert_eq!(spans[2].parent_span_id, spans[0].span_context.span_id());
}

#[test]
fn a_call_that_ends_on_another_thread_leaves_nothing_current_on_either() {
    let capture = Capture::new();
    let context = capture.run(Context::current);
    let mut call = Box::pin(chat(2).with_context(context));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    {
        let _entered = runtime.enter();
        assert!(call.as_mut().now_or_never().is_none());
    }
    assert_eq!(current(), SpanId::INVALID);
    let other = std::thread::spawn(move || {
        runtime.block_on(call);
        current()
    });
    assert_eq!(other.join().unwrap(), SpanId::INVALID);
    assert_eq!(capture.span().name, "chat gpt-4o");
}

#[llm_span(agent = "planner")]
async fn plan() {
    // Without its span, as where a filter switches that off.
    tokio::spawn(request(1).with_current_context()).await.unwrap();
}

#[test]
fn a_task_that_is_spawned_with_the_current_context_is_below_its_call() {
    let capture = Capture::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let context = capture.run(Context::current);
    runtime.block_on(async { tokio::spawn(plan().with_context(context)).await.unwrap() });

    let spans = capture.spans();
    let [_, request, plan] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!(request.parent_span_id, plan.span_context.span_id());
}
