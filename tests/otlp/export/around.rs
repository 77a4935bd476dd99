//! What stands around spans and log records passes the gate as they do.

use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::program::run;
use crate::receiver::{Receiver, attribute};

#[test]
fn texts_in_scopes_states_names_and_keys_do_not_leave() {
    let receiver = Receiver::http();

    let ended = run("around", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url())]);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0]);
    let [span] = everything.spans()[..] else { panic!("{:?}", everything.spans()) };
    let [record] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
    for text in ["canary", "ann@"] {
        assert!(
            !everything.contains(text),
            "{text}: {span:?} {record:?} {:?}",
            everything.scopes()
        );
    }

    // A log record leaves under its target.
    let foreign = everything.scopes().into_iter().filter(|it| it.name != "llm-trace");
    let foreign: Vec<_> = foreign.collect();
    let names: Vec<_> = foreign.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["tells [REDACTED:email]", "to [REDACTED:email]"]);
    for scope in foreign {
        let tenant = attribute(&scope.attributes, "tenant");
        assert_eq!(tenant, Some(&Value::StringValue("acme".to_owned())));
        assert_eq!(attribute(&scope.attributes, "prompt"), None);
    }
    // What others have written for themselves goes on, as far as it may.
    assert_eq!(span.trace_state, "acme=t61rcWkgMzE,dd=s:2;o:rum;t.dm:-4");
    assert_eq!(span.links[0].trace_state, span.trace_state);
    assert_eq!(span.name, "[REDACTED:email]");
    assert_eq!(span.events[0].name, "[REDACTED:email]");
    assert_eq!((&*record.event_name, &*record.severity_text), ("", ""));
}

#[test]
fn what_is_told_twice_leaves_once() {
    let receiver = Receiver::http();
    let url = receiver.url();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
        ("LLM_TRACE_ERROR_TEXT", "true"),
        ("RUST_LOG", "off"),
    ];

    let ended = run("fails-twice", &variables);

    assert!(ended.is_success && ended.stderr.is_empty(), "{ended:?}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0]);
    let [record] = everything.logs()[..] else { panic!("{:?}", everything.logs()) };
    let message = attribute(&record.attributes, "exception.message");
    let text = |text: &str| Value::StringValue(text.to_owned());
    let expected = text("refused, said [REDACTED:email]");
    assert_eq!(message, Some(&expected));
    let named = |name| {
        let spans = everything.spans();
        spans.into_iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no {name}"))
    };
    assert_eq!(attribute(&named("fail").attributes, "exception.message"), Some(&text("refused")));
    let said = named("said");
    for attributes in [&said.attributes, &said.events[0].attributes, &said.links[0].attributes] {
        assert_eq!(attribute(attributes, "app.turn"), Some(&Value::IntValue(2)));
    }
    assert_eq!(attribute(&record.attributes, "answer"), Some(&Value::IntValue(42)));
}
