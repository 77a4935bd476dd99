//! What a capture sees, and what it does not.

use std::time::Duration;

use llm_trace::testing::{Capture, Instrument, capture, capture_fixed};
use llm_trace::{Usage, assert_trace, llm_span};
use opentelemetry::logs::AnyValue;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber;

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn chat(tokens: u64) {
    tokio::task::yield_now().await;
    llm_trace::current().record_usage(Usage::cache_inclusive(tokens, 1));
}

#[llm_span(agent = "planner")]
async fn plan_on_a_task() {
    tokio::spawn(chat(1).in_current_span()).await.unwrap();
}

#[llm_span(agent = "planner")]
async fn plan_with_the_subscriber() {
    tokio::spawn(chat(1).in_current_span().with_current_subscriber()).await.unwrap();
}

const PLANNED: &str = "
    invoke_agent planner
      chat gpt-4o
";

fn tokens(capture: &Capture) -> f64 {
    let metrics = capture.metrics();
    let usage = metrics.iter().find(|metric| metric.name == "gen_ai.client.token.usage");
    usage.map_or(0.0, |usage| usage.points.iter().map(|point| point.sum).sum())
}

#[test]
fn captures_at_the_same_time_do_not_see_each_other() {
    std::thread::scope(|threads| {
        for tokens_in in 1..=16_u32 {
            threads.spawn(move || {
                let capture = capture();
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                capture.run(|| runtime.block_on(chat(tokens_in.into())));
                assert_trace!(capture, &format!("chat gpt-4o {{tokens.in = {tokens_in}}}"));
                assert!((tokens(&capture) - f64::from(tokens_in + 1)).abs() < 0.1);
            });
        }
    });
}

#[tokio::test]
async fn a_future_is_captured_on_whichever_thread_it_is_polled() {
    let capture = capture();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.spawn(capture.scope(chat(7))).await.unwrap();
    runtime.shutdown_background();

    assert_trace!(capture, "chat gpt-4o {tokens.in = 7}");
    assert!((tokens(&capture) - 8.0).abs() < 0.1);
}

#[tokio::test]
async fn a_future_that_is_dropped_ends_inside_the_capture() {
    let capture = capture();
    let mut future = Box::pin(capture.scope(chat(7)));
    assert!(futures_util::poll!(&mut future).is_pending());
    assert_eq!(capture.open_spans(), ["chat gpt-4o"]);
    drop(future);

    assert_trace!(capture, "chat gpt-4o {outcome = cancelled, status = error}");
    assert!(capture.metrics().iter().any(|it| it.instrument == Instrument::Histogram));
}

#[tokio::test]
async fn a_runtime_on_one_thread_runs_its_tasks_where_the_capture_was_entered() {
    let capture = capture();
    let entered = capture.enter();
    plan_on_a_task().await;
    drop(entered);
    chat(1).await;

    assert_trace!(capture, PLANNED);
}

#[test]
fn a_runtime_of_many_threads_attaches_each() {
    let capture = capture();
    let attached = capture.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(move || attached.attach())
        .build()
        .unwrap();
    runtime.block_on(async { tokio::spawn(plan_on_a_task()).await.unwrap() });

    assert_trace!(capture, PLANNED);
}

#[test]
fn a_task_inherits_the_capture_from_code_that_passes_the_subscriber_on() {
    let capture = capture();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(capture.scope(plan_with_the_subscriber()));

    assert_trace!(capture, PLANNED);
}

#[test]
fn a_span_that_has_not_ended_is_a_difference() {
    let capture = capture();
    let open = capture.run(|| {
        let span = tracing::info_span!("forgotten");
        span.in_scope(|| ());
        span
    });
    let mismatch = capture.tree().compare("").unwrap_err().to_string();

    assert!(mismatch.contains("`forgotten` has not ended"), "{mismatch}");
    drop(open);
    assert_trace!(capture, "forgotten");
}

#[tokio::test]
async fn ids_and_clock_are_fixed_on_request() {
    for _ in 0..2 {
        let capture = capture_fixed();
        capture.scope(plan_with_the_subscriber()).await;
        let spans = capture.spans();
        let facts = spans.iter().map(|span| {
            let ids = (span.context().trace_id().to_string(), span.context().span_id().to_string());
            (ids, span.start().elapsed().is_ok(), span.duration())
        });
        let id = |trace: u32, span: u32| (format!("{trace:032x}"), format!("{span:016x}"));
        assert_eq!(
            facts.collect::<Vec<_>>(),
            [
                (id(1, 1), true, Duration::from_millis(3)),
                (id(1, 2), true, Duration::from_millis(1)),
            ]
        );
    }
}

#[test]
fn events_and_failed_calls_are_log_records_of_their_span() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat() -> Result<(), String> {
        tracing::info!(attempt = 2, "asking");
        Err("canary".to_owned())
    }

    let (first, second) = (capture(), capture());
    first.run(|| chat().unwrap_err());

    let logs = first.logs();
    let [event, failure] = &logs[..] else { panic!("{logs:?}") };
    assert_eq!((event.name, event.body.clone()), (None, Some(AnyValue::from("asking"))));
    assert_eq!(event.attribute("attempt"), Some(&AnyValue::Int(2)));
    assert_eq!(failure.name, Some("gen_ai.client.operation.exception"));
    let context = first.span().context().clone();
    for log in &logs {
        assert_eq!(log.span, Some((context.trace_id(), context.span_id())));
    }
    assert!(!format!("{failure:?}").contains("canary"));
    assert!(second.logs().is_empty(), "two captures are apart");
    first.clear();
    assert!(first.logs().is_empty());
}
