//! How far the ids of a call reach.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

fn string(value: &str) -> Value {
    Value::StringValue(value.to_owned())
}

/// The attributes that the points of a histogram have.
fn measured<'a>(everything: &'a Everything, name: &str, key: &str) -> Vec<Option<&'a Value>> {
    let metrics = everything.metrics();
    let metric = metrics.into_iter().rfind(|metric| metric.name == name).unwrap();
    let Some(Data::Histogram(histogram)) = &metric.data else { panic!("{metric:?}") };
    histogram.data_points.iter().map(|point| attribute(&point.attributes, key)).collect()
}

#[test]
fn ids_reach_calls_metrics_and_services_by_their_lists() {
    assert_reach(None);
    assert_reach(Some("silent"));
}

fn assert_reach(subscriber: Option<&str>) {
    let receiver = Receiver::http();
    let url = receiver.url();
    let mut variables = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url)];
    variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

    let ended = run("reach", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let [sent, sent_on] = &ended.stdout.lines().collect::<Vec<_>>()[..] else {
        panic!("{ended:?}")
    };
    assert_eq!(*sent, "gen_ai.conversation.id=conversation-42,user.id=stranger");
    assert_eq!(*sent_on, "gen_ai.conversation.id=conversation-42");
    let everything = receiver.everything();
    let spans = everything.spans();
    let named = |name: &str| *spans.iter().find(|span| span.name == name).unwrap();
    let (front, chat) = (named("invoke_agent front"), named("chat gpt-4o"));
    let back = named("execute_tool back");
    assert_eq!((&back.trace_id, &back.parent_span_id), (&front.trace_id, &front.span_id));
    for (span, conversation, tenant, user) in [
        (chat, true, true, None),
        (back, true, false, None),
        (front, true, true, Some(string("user-7"))),
    ] {
        let id = attribute(&span.attributes, "gen_ai.conversation.id");
        assert_eq!(id, conversation.then(|| string("conversation-42")).as_ref(), "{}", span.name);
        let id = attribute(&span.attributes, "app.tenant");
        assert_eq!(id, tenant.then(|| string("acme")).as_ref(), "{}", span.name);
        assert_eq!(attribute(&span.attributes, "user.id"), user.as_ref(), "{}", span.name);
    }
    let measured = |name, key| measured(&everything, name, key);
    assert_eq!(
        measured("gen_ai.client.operation.duration", "gen_ai.prompt.version"),
        [Some(&string("4"))]
    );
    assert_eq!(
        measured("gen_ai.invoke_agent.duration", "gen_ai.prompt.version"),
        [Some(&string("3"))]
    );
    assert_eq!(measured("gen_ai.invoke_agent.duration", "user.id"), [None]);
}

#[test]
fn the_lists_are_variables_too_and_metrics_have_them_without_a_span() {
    let receiver = Receiver::http();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
        ("LLM_TRACE_METRIC_ATTRIBUTES", "gen_ai.prompt.version, user.id"),
        ("LLM_TRACE_PROPAGATED", "user.id"),
        ("LLM_TRACE_BAGGAGE", ""),
    ];

    let ended = run("reach-unsampled", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    assert_eq!(ended.stdout.trim(), "");
    let everything = receiver.everything();
    assert!(everything.spans().is_empty());
    let measured = |name, key| measured(&everything, name, key);
    let (user, version) = (string("user-7"), string("4"));
    let calls = "gen_ai.client.operation.duration";
    assert_eq!(measured(calls, "user.id"), [Some(&user)]);
    assert_eq!(measured(calls, "gen_ai.prompt.version"), [Some(&version)]);
    assert_eq!(measured("gen_ai.execute_tool.duration", "user.id"), [None]);
}

#[test]
fn a_propagator_of_the_programs_own_is_used_and_replaced_only_when_asked() {
    for (scenario, headers) in [("propagator", "x-theirs"), ("propagator-replaced", "traceparent")]
    {
        for subscriber in [None, Some("silent")] {
            let receiver = Receiver::http();
            let url = receiver.url();
            let mut variables = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url)];
            variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

            let ended = run(scenario, &variables);

            assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
            let sent: Vec<_> = ended.stdout.split_whitespace().collect();
            assert!(sent.contains(&headers), "{scenario}: {ended:?}");
            assert_eq!(sent.contains(&"x-theirs"), headers == "x-theirs", "{scenario}: {ended:?}");
            let everything = receiver.everything();
            let [front, back] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
            assert_eq!((&back.trace_id, &back.parent_span_id), (&front.trace_id, &front.span_id));
        }
    }
}
