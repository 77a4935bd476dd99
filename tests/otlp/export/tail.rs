//! What arrives of many traces under a tail rule.

use std::collections::HashMap;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point;

use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

const TRACES: u64 = 100_000;
/// One trace of a hundred fails, and one is slow.
const OF_A_KIND: u64 = TRACES / 100;
const SPANS_OF_A_TRACE: u64 = 3;
/// What is held back is bounded by 16 MiB; the queue and the metrics come on top.
const KIB: u64 = 64 << 10;

#[test]
fn errors_and_slow_traces_are_kept_whole_and_a_share_of_the_rest() {
    assert_kept(None);
}

#[test]
fn so_are_those_whose_spans_are_made_beside_the_programs_subscriber() {
    assert_kept(Some("silent"));
}

fn assert_kept(subscriber: Option<&str>) {
    let receiver = Receiver::http();
    let endpoint = receiver.url();
    let mut variables = vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "16384"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ];
    variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

    let ended = run("tail", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let grew: u64 = ended.stdout.trim().parse().unwrap();
    assert!(grew < KIB, "{grew} KiB");
    let everything = receiver.everything();
    let mut traces: HashMap<_, (u64, Option<String>)> = HashMap::new();
    for span in everything.spans() {
        let trace = traces.entry(span.trace_id.clone()).or_default();
        trace.0 += 1;
        if let Some(Value::StringValue(kind)) = attribute(&span.attributes, "test.kind") {
            trace.1 = Some(kind.clone());
        }
    }
    let kept = |kind: &str| {
        let traces = traces.values().filter(|(_, of)| of.as_deref() == Some(kind));
        assert!(traces.clone().all(|(spans, _)| *spans == SPANS_OF_A_TRACE), "{kind}");
        u64::try_from(traces.count()).unwrap()
    };
    let (failing, slow, plain) = (kept("failing"), kept("slow"), kept("plain"));
    assert_eq!((failing, slow), (OF_A_KIND, OF_A_KIND));
    assert_eq!(failing + slow + plain, u64::try_from(traces.len()).unwrap(), "none without a root");
    // 1 % of 98,000, within six standard deviations.
    assert!((793..=1167).contains(&plain), "{plain}");

    let decided = |decision: &str| sampled(&everything, "llm_trace.sampling.traces", decision);
    // Those of a kind that are in the share were kept for that.
    let (error, slow, ratio) = (decided("error"), decided("slow"), decided("ratio"));
    assert_eq!(error + slow + ratio, failing + OF_A_KIND + plain);
    assert_eq!(error + slow + ratio + decided("dropped"), TRACES);
    assert_eq!(decided("evicted"), 0);
    assert_eq!(
        sampled(&everything, "llm_trace.sampling.dropped_spans", ""),
        decided("dropped") * SPANS_OF_A_TRACE
    );
    let measured = |name: &str, error: Option<&str>| measured(&everything, name, error);
    let calls = TRACES * 2;
    assert_eq!(measured("gen_ai.client.operation.duration", None), calls - OF_A_KIND);
    assert_eq!(measured("gen_ai.client.operation.duration", Some("429")), OF_A_KIND);
    assert_eq!(measured("gen_ai.client.token.usage", None), calls * 2);
    assert_eq!(measured("gen_ai.invoke_agent.duration", None), TRACES);
}

/// How often a histogram was told of calls with this error, or of those without one, by the last
/// export of it.
fn measured(everything: &Everything, name: &str, error: Option<&str>) -> u64 {
    let metrics = everything.metrics();
    let metric = metrics.iter().rfind(|metric| metric.name == name).unwrap();
    let Some(Data::Histogram(histogram)) = &metric.data else { panic!("{metric:?}") };
    let of_error = |points: &[_]| {
        matches!((attribute(points, "error.type"), error), (None, None))
            || matches!((attribute(points, "error.type"), error), (Some(Value::StringValue(of)), Some(error)) if of == error)
    };
    let points = histogram.data_points.iter().filter(|point| of_error(&point.attributes));
    points.map(|point| point.count).sum()
}

/// What the rule says of itself.
fn sampled(everything: &Everything, name: &str, decision: &str) -> u64 {
    let metrics = everything.metrics();
    let metric = metrics.iter().rfind(|metric| metric.name == name).unwrap();
    let Some(Data::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
    let of_decision = sum.data_points.iter().filter(|point| {
        let of = attribute(&point.attributes, "llm_trace.sampling.decision");
        of.is_none_or(|of| *of == Value::StringValue(decision.to_owned()))
    });
    let values = of_decision.map(|point| match point.value {
        Some(number_data_point::Value::AsInt(value)) => u64::try_from(value).unwrap(),
        _ => panic!("{point:?}"),
    });
    values.sum()
}
