//! What an evaluation of a stored call exports, and what of its explanation.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::delivery::string;
use crate::program::run;
use crate::receiver::{Everything, Receiver, attribute};

const EXPLANATION: &str = "gen_ai.evaluation.explanation";

fn evaluate(receiver: &Receiver, variables: &[(&str, &str)]) {
    let endpoint = receiver.url();
    let variables = [&[("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint)], variables].concat();
    let ended = run("evaluation", &variables);
    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
}

fn assert_relevance(attributes: &[KeyValue]) {
    for (key, expected) in [
        ("gen_ai.evaluation.name", string("relevance")),
        ("gen_ai.evaluation.score.value", Value::DoubleValue(0.75)),
        ("gen_ai.evaluation.score.label", string("pass")),
        ("gen_ai.response.id", string("chatcmpl-1")),
    ] {
        assert_eq!(attribute(attributes, key), Some(&expected), "{key}");
    }
    assert_eq!(attribute(attributes, "error.type"), None);
}

fn explanation(everything: &Everything) -> Option<&Value> {
    let logs = everything.logs();
    let mut events = logs.into_iter().filter(|log| log.event_name == "gen_ai.evaluation.result");
    events.find_map(|event| attribute(&event.attributes, EXPLANATION))
}

#[test]
fn an_evaluation_is_an_event_of_the_call() {
    assert_event(&[]);
    assert_event(&[("PROGRAM_SUBSCRIBER", "silent")]);
}

fn assert_event(variables: &[(&str, &str)]) {
    let receiver = Receiver::http();

    evaluate(&receiver, variables);

    let everything = receiver.everything();
    let [call] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
    let logs = everything.logs();
    let [relevance, safety] = &logs[..] else { panic!("{logs:?}") };
    for event in [relevance, safety] {
        assert_eq!(event.event_name, "gen_ai.evaluation.result");
        assert_eq!((&event.trace_id, &event.span_id), (&call.trace_id, &call.span_id));
    }
    assert_relevance(&relevance.attributes);
    assert_eq!(attribute(&safety.attributes, "error.type"), Some(&string("timeout")));
    assert_eq!(attribute(&safety.attributes, "gen_ai.evaluation.score.value"), None);
    // Of the explanation, no more than its length and hash leave.
    assert_eq!(explanation(&everything), None);
    assert!(!everything.contains("canary-explanation"));
    let length = attribute(&relevance.attributes, "llm_trace.closed.output.length");
    assert_eq!(length, Some(&Value::IntValue(37)), "{relevance:?}");
}

#[test]
fn an_explanation_leaves_redacted_where_content_may() {
    let receiver = Receiver::http();

    let variable = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
    evaluate(&receiver, &[(variable, "SPAN_ONLY")]);

    let everything = receiver.everything();
    let Some(Value::StringValue(text)) = explanation(&everything) else { panic!("no explanation") };
    assert!(text.starts_with("canary-explanation of ") && !text.contains("ada@"), "{text}");
}

#[test]
fn without_log_records_it_is_a_span_with_a_link() {
    let receiver = Receiver::http();

    evaluate(&receiver, &[("OTEL_LOGS_EXPORTER", "none")]);

    let everything = receiver.everything();
    let spans = everything.spans();
    let [call, relevance, safety] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((&*relevance.name, &*safety.name), ("evaluation relevance", "evaluation safety"));
    assert_relevance(&relevance.attributes);
    let [link] = &relevance.links[..] else { panic!("{relevance:?}") };
    assert_eq!((&link.trace_id, &link.span_id), (&call.trace_id, &call.span_id));
    assert_eq!(safety.status.as_ref().map(|status| status.code), Some(2));
    assert!(everything.logs().is_empty() && !everything.contains("canary-explanation"));
}
