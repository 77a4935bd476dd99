//! A call knows where in a trace it is, and can be put elsewhere or linked to others.

use llm_trace::{TraceContext, llm_span, with_trace_context, with_trace_context_sync};
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::Sampler;
use tokio::task::yield_now;

use crate::support::{Capture, inside};

const STORED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(prompt: &str) -> (String, Option<TraceContext>) {
    yield_now().await;
    (prompt.to_uppercase(), llm_trace::current().trace_context())
}

#[llm_span(agent = "planner")]
async fn plan() -> Option<TraceContext> {
    let ((_, inner), seen) = with_trace_context(chat("step")).await;
    assert_eq!(inner, seen);
    yield_now().await;
    llm_trace::current().trace_context()
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn deferred(prompt: &str) -> impl Future<Output = usize> {
    std::future::ready(prompt.len())
}

#[llm_span(tool = "add", parent = parent, links = links)]
fn add(parent: Option<&TraceContext>, links: &[TraceContext]) {}

#[test]
fn the_trace_context_comes_with_the_result() {
    let capture = Capture::new();
    let (answer, context) = capture.block_on(with_trace_context(chat("hi")));
    let span = capture.span();

    assert_eq!(answer, ("HI".to_owned(), context.clone()));
    let context = context.unwrap();
    assert_eq!(context.trace_id(), span.span_context.trace_id());
    assert_eq!(context.span_id(), span.span_context.span_id());
    assert!(context.is_sampled());
}

#[test]
fn it_is_that_of_the_first_call_and_not_of_one_below() {
    let capture = Capture::new();
    let (own, seen) = capture.block_on(with_trace_context(plan()));
    let agent = capture.spans().into_iter().find(|span| span.name == "invoke_agent planner");

    assert_eq!(own, seen);
    assert_eq!(seen.unwrap().span_id(), agent.unwrap().span_context.span_id());
    // What runs at the same time, and apart, does not get in the way.
    let both = async { tokio::join!(with_trace_context(plan()), with_trace_context(plan())) };
    let ((first, seen_first), (second, seen_second)) = capture.block_on(both);
    assert_eq!((&first, &second), (&seen_first, &seen_second));
    assert!(first != second);
}

#[test]
fn a_call_that_is_sampled_out_says_so() {
    let capture = Capture::with_sampler(Sampler::AlwaysOff);
    let ((), context) = capture.run(|| with_trace_context_sync(|| add(None, &[])));

    assert!(capture.spans().is_empty());
    assert!(!context.unwrap().is_sampled());
}

#[test]
fn a_call_that_starts_before_its_future_is_seen_where_it_is_made() {
    let capture = Capture::new();
    let (length, context) = capture.block_on(with_trace_context(async { deferred("hi").await }));
    assert!(length == 2 && context.is_some());
    let (future, context) = capture.run(|| with_trace_context_sync(|| deferred("hi")));
    assert!(context.is_some());
    drop(future);
}

#[test]
fn a_panic_leaves_nobody_asking() {
    let capture = Capture::new();
    let panicked = std::panic::catch_unwind(|| with_trace_context_sync(|| panic!("in the call")));
    assert!(panicked.is_err());
    let ((), context) = capture.run(|| with_trace_context_sync(|| add(None, &[])));
    assert_eq!(context.unwrap().span_id(), capture.span().span_context.span_id());
}

#[test]
fn a_stored_context_comes_back_as_parent_and_as_link() {
    let stored: TraceContext = STORED.parse().unwrap();
    let other: TraceContext = STORED.replace("b7", "b8").parse().unwrap();
    let capture = Capture::new();
    // Whatever span is around.
    capture.run(|| {
        inside("around", || {
            add(Some(&stored), &[stored.clone(), other.clone()]);
            add(None, &[]);
        });
    });
    let spans = capture.spans();
    let [below, plain, around] = &spans[..] else { panic!("{spans:?}") };

    assert_eq!(below.span_context.trace_id(), stored.trace_id());
    assert_eq!(below.parent_span_id, stored.span_id());
    assert!(below.parent_span_is_remote);
    let links: Vec<_> = below.links.iter().map(|link| link.span_context.span_id()).collect();
    assert_eq!(links, [stored.span_id(), other.span_id()]);
    assert_eq!(plain.parent_span_id, around.span_context.span_id());
    assert!(plain.links.is_empty() && around.parent_span_id == SpanId::INVALID);
}

#[test]
fn what_runs_below_a_call_with_a_parent_is_below_it() {
    #[llm_span(workflow = "digest", parent = from)]
    async fn digest(from: TraceContext) {
        chat("below").await;
    }

    let stored: TraceContext = STORED.parse().unwrap();
    let capture = Capture::new();
    capture.block_on(digest(stored.clone()));
    let spans = capture.spans();
    let [chat, digest] = &spans[..] else { panic!("{spans:?}") };

    assert_eq!(digest.parent_span_id, stored.span_id());
    assert_eq!(chat.parent_span_id, digest.span_context.span_id());
    assert_eq!(chat.span_context.trace_id(), stored.trace_id());
}

#[test]
fn the_decision_of_a_parent_is_respected() {
    let unsampled: TraceContext = STORED.replace("-01", "-00").parse().unwrap();
    let capture = Capture::with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)));
    capture.run(|| add(Some(&unsampled), &[]));
    assert!(capture.spans().is_empty());
}
