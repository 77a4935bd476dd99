//! What arrives where the program has a subscriber of its own, with and without an OpenTelemetry
//! layer in it: every call is exported once.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::delivery::string;
use crate::logs::body;
use crate::program::{Ended, run};
use crate::receiver::{Everything, Receiver, attribute};

/// Runs the calls of `program/beside.rs` beside a subscriber, and receives.
fn beside(subscriber: &str) -> (Ended, Receiver) {
    let receiver = Receiver::http();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
        ("LLM_TRACE_OPEN_TARGETS", "program"),
        ("PROGRAM_SUBSCRIBER", subscriber),
    ];
    let ended = run("beside", &variables);
    assert!(ended.is_success, "{subscriber}: {ended:?}");
    assert_eq!(receiver.everything().violations, [""; 0], "{subscriber}");
    (ended, receiver)
}

fn names(everything: &Everything) -> Vec<&str> {
    let mut names: Vec<_> = everything.spans().iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    names
}

fn named<'a>(spans: &[&'a Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).copied().collect()
}

const NOTICE: &str = "calls are exported past the program's `tracing` subscriber";
const CALLS: [&str; 5] =
    ["chat gpt-4o", "chat gpt-4o", "chat gpt-4o", "execute_tool search", "invoke_agent planner"];

#[test]
fn calls_are_exported_beside_a_subscriber_that_exports_nothing() {
    for subscriber in ["silent", "text", "text-warn", "harvest", "nothing", "own"] {
        let (ended, receiver) = beside(subscriber);
        let everything = receiver.everything();

        assert_eq!(names(&everything), CALLS, "{subscriber}: {ended:?}");
        let spans = everything.spans();
        let [plan] = named(&spans, "invoke_agent planner")[..] else { panic!("{spans:?}") };
        assert!(plan.parent_span_id.is_empty(), "{subscriber}");
        // Where the subscriber has no span of the call, nothing leads from a task to what spawned it.
        let has_spans = !["text-warn", "nothing", "own"].contains(&subscriber);
        let strays = spans.iter().filter(|span| span.trace_id != plan.trace_id).count();
        assert_eq!(strays, usize::from(!has_spans), "{subscriber}");
        for span in spans.iter().filter(|span| span.trace_id == plan.trace_id) {
            let is_below = span.parent_span_id == plan.span_id;
            assert!(is_below || span.name == plan.name, "{subscriber}: {span:?}");
        }
        let failed = spans
            .iter()
            .find(|span| attribute(&span.attributes, "error.type") == Some(&string("refused")));
        let failed = failed.unwrap_or_else(|| panic!("{subscriber}: {spans:?}"));
        assert_eq!(failed.status.as_ref().map(|status| status.code), Some(2));
        let calls = attribute(&plan.attributes, "llm_trace.total.calls");
        // Two answered, one failed; what Rig said is known to its layer alone.
        let expected = 2 + i64::from(has_spans) + i64::from(subscriber == "harvest");
        assert_eq!(calls, Some(&Value::IntValue(expected)), "{subscriber}");
        let metrics = everything.metrics();
        let is_measured =
            metrics.iter().any(|metric| metric.name == "gen_ai.client.operation.duration");
        assert!(is_measured, "{subscriber}");
        // Nobody turns the program's events into records.
        let [record] = everything.logs()[..] else {
            panic!("{subscriber}: {:?}", everything.logs())
        };
        assert_eq!(record.event_name, "gen_ai.client.operation.exception", "{subscriber}");
        assert_eq!(record.span_id, failed.span_id, "{subscriber}");
    }
}

#[test]
fn what_is_not_exported_then_is_said_once_with_the_line_that_changes_it() {
    for (subscriber, lines) in [("text", 1), ("text-warn", 1), ("layer", 0), ("silent", 0)] {
        let (ended, _) = beside(subscriber);

        let said = ended.lines(NOTICE);
        assert_eq!(said.len(), lines, "{subscriber}: {ended:?}");
        let names_it = |line: &&str| line.contains("add `.with(parts.layer())` to the subscriber");
        assert!(said.iter().all(names_it), "{said:?}");
    }
}

#[test]
fn the_programs_text_log_stays_the_only_one() {
    let (ended, _) = beside("text");

    assert_eq!(ended.lines("an event").len(), 1, "{ended:?}");
    let told = ended.lines("call ended");
    assert_eq!(told.len(), CALLS.len(), "{ended:?}");
    assert!(told.iter().any(|line| line.contains("output_tokens=34")), "{told:?}");
}

#[test]
fn to_look_for_a_layer_leaves_no_line_in_a_text_log_that_has_one_for_each_span() {
    let (ended, receiver) = beside("text-with-spans");

    assert_eq!(names(&receiver.everything()), CALLS);
    assert_eq!(ended.lines("of another library: program::beside: new").len(), 1, "{ended:?}");
    assert!(ended.lines("llm-trace:").is_empty(), "{ended:?}");
}

#[test]
fn calls_go_through_a_layer_of_the_programs_own_and_not_to_our_exporters() {
    for subscriber in [
        "layer",
        "layer-before-text",
        "layer-filtered",
        "layer-under-filter",
        "layer-reloaded",
        "layer-boxed",
        "layer-not-current",
    ] {
        let (ended, receiver) = beside(subscriber);
        let everything = receiver.everything();

        assert_eq!(names(&everything), [""; 0], "{subscriber}");
        let theirs = |name: &str| ended.lines(&format!("theirs: {name}"));
        for (name, times) in
            [("invoke_agent planner ok", 1), ("chat gpt-4o ok", 2), ("execute_tool search ok", 1)]
        {
            assert_eq!(theirs(name).len(), times, "{subscriber}: {name} {ended:?}");
        }
        assert_eq!(theirs("chat gpt-4o error").len(), 1, "{subscriber}: {ended:?}");
        assert_eq!(theirs("of another library").len(), 1, "{subscriber}: {ended:?}");
        // To look for the layer leaves nothing in it.
        assert_eq!(theirs("").len(), 7, "{subscriber}: {ended:?}");
        let plan = theirs("invoke_agent planner")[0].split(' ').rev().nth(2).unwrap();
        let below = ended.lines(&format!(" in {plan}"));
        assert_eq!(below.len(), 5, "{subscriber}: {ended:?}");
        assert!(!everything.metrics().is_empty(), "{subscriber}");
        let [record] = everything.logs()[..] else {
            panic!("{subscriber}: {:?}", everything.logs())
        };
        assert_eq!(record.event_name, "gen_ai.client.operation.exception", "{subscriber}");
    }
}

#[test]
fn what_the_programs_filter_keeps_from_its_layer_is_not_exported_another_way() {
    for (subscriber, notices) in [("layer-off", 0), ("layer-under-warn", 1)] {
        let (ended, receiver) = beside(subscriber);
        let everything = receiver.everything();

        assert_eq!(names(&everything), [""; 0], "{subscriber}");
        assert!(ended.lines("theirs: ").is_empty(), "{subscriber}: {ended:?}");
        let said =
            ended.lines("lets nothing below warn through to its `tracing-opentelemetry` layer");
        assert_eq!(said.len(), notices, "{subscriber}: {ended:?}");
        assert!(!everything.metrics().is_empty(), "{subscriber}");
    }
}

#[test]
fn events_reach_the_logs_through_the_layer_alone() {
    let receiver = Receiver::http();
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()), ("LLM_TRACE_OPEN_TARGETS", "program")];

    let ended = run("beside", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    let bodies: Vec<_> = everything.logs().into_iter().map(body).collect();
    assert_eq!(bodies.iter().filter(|body| **body == "an event").count(), 1, "{bodies:?}");
    // As a direct span would have it, and with it those of other libraries.
    let others = ["chat gpt-4o", "of another library"];
    let mut expected: Vec<_> = CALLS.into_iter().chain(others).collect();
    expected.sort_unstable();
    assert_eq!(names(&everything), expected);
}

#[test]
fn a_subscriber_that_takes_no_layer_with_a_filter_is_told_what_to_write() {
    let receiver = Receiver::http();

    let ended = run("parts-on-fmt", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url())]);

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(names(&receiver.everything()), ["chat gpt-4o"]);
    let said = ended.lines("write `registry().with(fmt::layer())` in place of");
    assert_eq!(said.len(), 1, "{ended:?}");
}

#[test]
fn without_a_receiver_the_tree_is_drawn_beside_the_programs_text_log() {
    let ended = run("beside", &[("PROGRAM_SUBSCRIBER", "text-warn")]);

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(ended.lines("invoke_agent planner").len(), 1, "{ended:?}");
    assert_eq!(ended.lines("├─ chat gpt-4o").len(), 1, "{ended:?}");
}

#[test]
fn a_direct_span_has_what_a_layer_would_have_given_it() {
    let export = |subscriber: Option<&str>| {
        let receiver = Receiver::http();
        let url = receiver.url();
        let key = "8d1f04c2a95be7360ccf9b41d2e8735a6b0e94f7128ac35dd96047be1f3c28a5";
        let mut variables =
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url), ("LLM_TRACE_HASH_KEY", key)];
        variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));
        let ended = run("everything", &variables);
        assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
        let everything = receiver.everything();
        let mut scopes: Vec<_> = everything.scopes().into_iter().cloned().collect();
        // The signals come in any order.
        scopes.sort_by(|one, other| one.name.cmp(&other.name));
        let mut spans: Vec<_> = everything.spans().into_iter().cloned().collect();
        for span in &mut spans {
            (span.trace_id, span.span_id) = (Vec::new(), Vec::new());
            (span.start_time_unix_nano, span.end_time_unix_nano) = (0, 0);
            span.parent_span_id.truncate(1);
            span.parent_span_id.fill(0);
            span.attributes.sort_by(|one, other| one.key.cmp(&other.key));
        }
        (scopes, spans)
    };

    assert_eq!(export(Some("silent")), export(None));
}
