//! What comes out of the rule, for spans that the SDK makes with its sampler.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Span, SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{self, Sampler, SdkTracer, SdkTracerProvider, SpanProcessor};

use super::*;
use crate::export::front::Front;
use crate::semconv;

/// What is left of the spans.
#[derive(Clone, Debug, Default)]
struct Sink(Arc<Mutex<Vec<String>>>);

impl SpanProcessor for Sink {
    fn on_start(&self, _span: &mut trace::Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span.name.into_owned());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A pipeline with a rule.
struct Service {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    sink: Sink,
    counts: Counts,
}

impl Service {
    fn new(rule: TailSampling) -> Self {
        let (mut front, sink, tail) = (Front::default(), Sink::default(), Tail::new(rule));
        let counts = tail.counts();
        let sampler = tail.sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)));
        front.add(sink.clone());
        front.judge(tail);
        let builder = SdkTracerProvider::builder().with_sampler(sampler);
        let provider = builder.with_span_processor(front).build();
        Self { tracer: provider.tracer("test"), provider, sink, counts }
    }

    fn start(&self, name: &'static str, parent: &Context) -> Context {
        parent.with_span(self.tracer.start_with_context(name, parent))
    }

    /// Runs a trace with a child, of which `say` tells something before it ends.
    fn trace(&self, parent: &Context, say: impl FnOnce(&Context)) -> Context {
        let root = self.start("root", parent);
        let child = self.start("child", &root);
        say(&child);
        child.span().end();
        root.span().end();
        root
    }

    fn kept(&self) -> Vec<String> {
        std::mem::take(&mut *self.sink.0.lock().unwrap())
    }

    fn counted(&self) -> Vec<(&'static str, u64)> {
        let all = Decision::ALL.into_iter();
        let counts = all.map(|decision| (decision.as_str(), self.counts.traces(decision)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// No share: only reasons count.
const REASONS: TailSampling = TailSampling::ratio(0.0);

fn remote(is_sampled: bool, state: &str) -> Context {
    let flags = if is_sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let ids = (TraceId::from(7), SpanId::from(7));
    let state = state.parse::<TraceState>().unwrap();
    Context::new().with_remote_span_context(SpanContext::new(ids.0, ids.1, flags, true, state))
}

/// What is told of a span before it ends.
type Say = dyn Fn(&Context);

#[test]
fn a_trace_is_kept_whole_for_what_one_of_its_spans_says() {
    let service = Service::new(REASONS);
    let attribute = |key, value: &'static str| {
        move |span: &Context| span.span().set_attribute(KeyValue::new(key, value))
    };
    let reasons: [(&str, Box<Say>); 5] = [
        ("error", Box::new(|span| span.span().set_status(Status::error("")))),
        ("error", Box::new(attribute(semconv::OUTCOME, "cancelled"))),
        ("error", Box::new(attribute(semconv::ERROR_TYPE, "429"))),
        (
            "slow",
            Box::new(|span| {
                span.span().end_with_timestamp(SystemTime::now() + Duration::from_secs(11));
            }),
        ),
        (
            "expensive",
            Box::new(|span| {
                span.span().set_attribute(KeyValue::new(semconv::USAGE_COST, 1.0));
            }),
        ),
    ];
    for (decision, say) in reasons {
        let before = service.counted();
        service.trace(&Context::new(), say);

        let mut kept = service.kept();
        kept.sort();
        assert_eq!(kept, ["child", "root"], "{decision}");
        let changed: Vec<_> =
            service.counted().into_iter().filter(|it| !before.contains(it)).collect();
        assert!(matches!(&changed[..], [(name, _)] if *name == decision), "{changed:?}");
    }
    service.trace(&Context::new(), |_| {});
    service.trace(&Context::new(), attribute(semconv::OUTCOME, "abandoned"));

    assert_eq!(service.kept(), [""; 0]);
    assert_eq!(service.counts.traces(Decision::Dropped), 2);
    assert_eq!(service.counts.dropped_spans(), 4);
}

#[test]
fn what_a_trace_costs_is_the_sum_of_its_calls() {
    let service = Service::new(REASONS.with_expensive(0.5));
    let call = |parent: &Context| {
        let mut span = service.tracer.start_with_context("call", parent);
        span.set_attribute(KeyValue::new(semconv::USAGE_COST, 0.3));
        span.end();
    };
    let cheap = service.start("cheap", &Context::new());
    let expensive = service.start("expensive", &Context::new());
    for trace in [&cheap, &expensive, &expensive] {
        call(trace);
    }
    cheap.span().end();
    expensive.span().end();

    assert_eq!(service.kept(), ["call", "call", "expensive"]);
}

#[test]
fn the_decision_of_the_caller_is_respected() {
    let service = Service::new(REASONS);

    service.trace(&remote(true, ""), |_| {});
    assert_eq!(service.kept(), ["child", "root"]);
    service.trace(&remote(false, ""), |span| span.span().set_status(Status::error("")));
    assert_eq!(service.kept(), [""; 0]);
    // Another service with a tail rule has left the decision to the end.
    service.trace(&remote(true, "llm-trace=tail,other=1"), |_| {});
    assert_eq!(service.kept(), [""; 0]);
    let marked = remote(true, "other=1,llm-trace=tail");
    service.trace(&marked, |span| span.span().set_status(Status::error("")));
    assert_eq!(service.kept(), ["child", "root"]);
    assert_eq!(service.counted(), [("error", 1), ("dropped", 1)]);
}

#[test]
fn services_with_one_ratio_keep_the_same_traces() {
    let (first, second) =
        (Service::new(TailSampling::ratio(0.3)), Service::new(TailSampling::ratio(0.3)));
    let mut both = 0;
    for _ in 0..300 {
        let root = first.start("root", &Context::new());
        let sent = root.span().span_context().clone();
        let received = SpanContext::new(
            sent.trace_id(),
            sent.span_id(),
            sent.trace_flags(),
            true,
            sent.trace_state().clone(),
        );
        second.trace(&Context::new().with_remote_span_context(received), |_| {});
        root.span().end();
        let (first, second) = (first.kept().len(), second.kept().len());

        assert!([(1, 2), (0, 0)].contains(&(first, second)));
        both += first;
    }
    // Six standard deviations.
    assert!((42..=138).contains(&both), "{both}");
}

#[test]
fn what_comes_late_follows_its_trace_unless_it_fails() {
    let service = Service::new(REASONS);
    let late = |root: &Context, is_error: bool| {
        let span = service.start("late", root);
        if is_error {
            span.span().set_status(Status::error(""));
        }
        span.span().end();
        service.kept()
    };
    let kept = service.trace(&Context::new(), |span| span.span().set_status(Status::error("")));
    let dropped = service.trace(&Context::new(), |_| {});
    service.kept();

    assert_eq!(late(&kept, false), ["late"]);
    assert_eq!(late(&dropped, false), [""; 0]);
    assert_eq!(late(&dropped, true), ["late"]);
    assert_eq!(late(&dropped, false), ["late"]);
}

#[test]
fn a_task_that_outlives_the_root_is_waited_for() {
    let service = Service::new(REASONS);
    let root = service.start("root", &Context::new());
    let task = service.start("task", &root);
    root.span().end();
    assert_eq!(service.kept(), [""; 0]);
    task.span().set_status(Status::error(""));
    task.span().end();

    assert_eq!(service.kept(), ["root", "task"]);
}

#[test]
fn each_bound_lets_the_oldest_trace_go() {
    let bounds = [
        REASONS.with_max_traces(1),
        REASONS.with_max_spans(2),
        REASONS.with_max_bytes(2048),
        REASONS.with_max_age(Duration::from_nanos(1)),
    ];
    for rule in bounds {
        let service = Service::new(rule);
        let oldest = service.start("oldest", &Context::new());
        service.start("child", &oldest).span().end();
        let newest = service.start("newest", &Context::new());
        for _ in 0..2 {
            service.start("child", &newest).span().end();
        }

        assert!(service.counts.traces(Decision::Evicted) >= 1, "{rule:?}");
        assert_eq!(service.kept(), [""; 0]);
        // Only what is held back is lost.
        oldest.span().set_status(Status::error(""));
        oldest.span().end();
        assert_eq!(service.kept(), ["oldest"]);
    }
}

#[test]
fn a_trace_that_is_slow_by_now_is_kept_before_its_end() {
    let service = Service::new(REASONS.with_slow(Duration::from_millis(1)));
    let root = service.start("root", &Context::new());
    let now = SystemTime::now();
    service.start("child", &root).span().end_with_timestamp(now);
    std::thread::sleep(Duration::from_millis(2));
    service.provider.force_flush().unwrap();

    assert_eq!(service.kept(), ["child"]);
    service.start("next", &root).span().end();
    root.span().end();
    assert_eq!(service.kept(), ["next", "root"]);
}

#[test]
fn a_flush_leaves_what_runs_and_a_shutdown_decides_it() {
    let service = Service::new(REASONS);
    let [first, second] = [(); 2].map(|()| service.start("root", &Context::new()));
    service.start("child", &first).span().end();
    service.start("child", &second).span().end();
    service.provider.force_flush().unwrap();
    first.span().set_status(Status::error(""));
    first.span().end();

    assert_eq!(service.kept(), ["child", "root"]);
    service.provider.shutdown().unwrap();
    assert_eq!(service.kept(), [""; 0]);
    assert_eq!(service.counted(), [("error", 1), ("dropped", 1)]);
}
