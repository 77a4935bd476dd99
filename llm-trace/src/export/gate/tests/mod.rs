//! The gate on spans as other libraries export them.

mod log;
mod size;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::Gate;
use crate::content::Capture;
use crate::semconv;

fn span(name: &'static str, attributes: Vec<KeyValue>) -> SpanData {
    let context = |id| {
        let (trace, state) = (TraceId::from(7), TraceState::default());
        SpanContext::new(trace, SpanId::from(id), TraceFlags::SAMPLED, false, state)
    };
    SpanData {
        span_context: context(1),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Client,
        name: Cow::Borrowed(name),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH + Duration::from_secs(1),
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("foreign").build(),
    }
}

fn event(name: impl Into<Cow<'static, str>>, attributes: Vec<KeyValue>) -> Event {
    Event::new(name, SystemTime::UNIX_EPOCH, attributes, 0)
}

fn gated(gate: &Gate, mut span: SpanData) -> SpanData {
    gate.span(&mut span);
    span
}

fn keys(attributes: &[KeyValue]) -> Vec<&str> {
    attributes.iter().map(|it| it.key.as_str()).collect()
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    attributes.iter().find(|it| it.key.as_str() == key).map(|it| it.value.as_str().into_owned())
}

#[test]
fn content_of_other_libraries_becomes_one_length_and_one_hash() {
    let gate = Gate::new();
    let told = vec![
        KeyValue::new("gen_ai.operation.name", "chat"),
        KeyValue::new("gen_ai.prompt.0.role", "user"),
        KeyValue::new("gen_ai.prompt.0.content", "What ails me?"),
        KeyValue::new("llm.input_messages.0.message.content", "again"),
        KeyValue::new("output.value", "A cold."),
        KeyValue::new("gen_ai.usage.input_tokens", "210"),
    ];
    let span = gated(&gate, span("chat", told));

    assert_eq!(
        keys(&span.attributes),
        [
            "gen_ai.operation.name",
            "gen_ai.usage.input_tokens",
            semconv::CLOSED_VALUES,
            semconv::CLOSED_INPUT_LENGTH,
            semconv::CLOSED_INPUT_HASH,
            semconv::CLOSED_OUTPUT_LENGTH,
            semconv::CLOSED_OUTPUT_HASH,
        ]
    );
    assert!(span.attributes.contains(&KeyValue::new(semconv::CLOSED_INPUT_LENGTH, 4 + 13 + 5)));
    assert!(span.attributes.contains(&KeyValue::new(semconv::CLOSED_VALUES, 4)));
}

#[test]
fn lists_links_status_and_long_names_are_held_to_it_too() {
    let words = vec!["gpt-4o".into(), "ann@example.com".into()];
    let mut given =
        span("tell me at length what the weather is like in the whole of Norway", vec![]);
    given.attributes = vec![
        KeyValue::new("app.mails", Value::Array(Array::String(words))),
        KeyValue::new("app.payload", "x"),
        KeyValue::new("url.full", "https://a.example/find?q=my+ailment"),
        KeyValue::new("db.query.text", "SELECT 1 WHERE mail = 'ann@example.com'"),
        KeyValue::new("app.note", "{\"secret\": 1}"),
    ];
    given.status = Status::error("the provider said: What ails me?");
    let link = Link::new(SpanContext::NONE, vec![KeyValue::new("prompt", "What ails me?")], 0);
    given.links.links.push(link);
    let span = gated(&Gate::new(), given);

    assert_eq!(span.name, "span");
    assert_eq!(span.status, Status::error(""));
    assert_eq!(keys(&span.links.links[0].attributes), [""; 0]);
    assert_eq!(text(&span.attributes, "app.mails").unwrap(), r#"["gpt-4o","[REDACTED:email]"]"#);
    assert_eq!(text(&span.attributes, "url.full").unwrap(), "https://a.example/find?[closed]");
    assert_eq!(
        text(&span.attributes, "db.query.text").unwrap(),
        "SELECT 1 WHERE mail = '[REDACTED:email]'"
    );
    assert!(!keys(&span.attributes).contains(&"app.payload"));
    assert!(!keys(&span.attributes).contains(&"app.note"));
    assert!(span.attributes.contains(&KeyValue::new(semconv::REDACTIONS, 2)));
    assert!(span.attributes.contains(&KeyValue::new(semconv::CLOSED_ERROR_LENGTH, 32)));
}

#[test]
fn events_lose_what_was_said_and_those_of_clients_go() {
    let level = |level: &'static str| KeyValue::new("level", level);
    let target = |target: &'static str| KeyValue::new("target", target);
    let mut given = span("ask", vec![]);
    given.events.events = vec![
        event(
            "OpenAI request: What ails me?".to_owned(),
            vec![level("TRACE"), target("rig::completions")],
        ),
        event(
            "asked: What ails me?".to_owned(),
            vec![level("INFO"), target("shop"), KeyValue::new("user_said", "ow")],
        ),
        event("cache.miss", vec![KeyValue::new("hits", 0)]),
        event(
            "exception".to_owned(),
            vec![
                KeyValue::new("exception.type", "Refused"),
                KeyValue::new("exception.message", "ow"),
            ],
        ),
    ];
    let span = gated(&Gate::new(), given.clone());

    let names: Vec<_> = span.events.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["event", "cache.miss", "exception"]);
    assert!(span.attributes.contains(&KeyValue::new(semconv::CLOSED_EVENTS, 1)));
    assert_eq!(text(&span.events.events[0].attributes, "user_said"), None);
    assert_eq!(text(&span.events.events[0].attributes, semconv::CLOSED_TEXT_LENGTH).unwrap(), "20");
    assert_eq!(text(&span.events.events[1].attributes, "hits").unwrap(), "0");
    assert_eq!(text(&span.events.events[2].attributes, "exception.type").unwrap(), "Refused");
    assert_eq!(text(&span.events.events[2].attributes, "exception.message"), None);

    let open = gated(&Gate::new().with_open_targets(["shop"]), given);
    assert_eq!(open.events.events[0].name, "asked: What ails me?");
    assert_eq!(text(&open.events.events[0].attributes, "user_said").unwrap(), "ow");
}

#[test]
fn capture_opens_content_and_error_text_is_a_switch_of_its_own() {
    let said = "mail ann@example.com";
    let given = || {
        let mut given = span("chat", vec![KeyValue::new("gen_ai.prompt", said)]);
        given.status = Status::error(said);
        given
    };
    let hidden = "mail [REDACTED:email]";

    let redacted = gated(&Gate::new().with_capture(Capture::Redacted), given());
    assert_eq!(text(&redacted.attributes, "gen_ai.prompt").unwrap(), hidden);
    assert_eq!(redacted.status, Status::error(""));

    let full = gated(&Gate::new().with_capture(Capture::Full).with_error_text(true), given());
    assert_eq!(text(&full.attributes, "gen_ai.prompt").unwrap(), said);
    assert_eq!(full.status, Status::error(hidden));
}

#[test]
fn a_call_of_ours_may_lower_what_leaves_and_not_raise_it() {
    let given = |asked: Option<&'static str>| {
        let mut attributes = vec![
            KeyValue::new(semconv::OUTCOME, "ok"),
            KeyValue::new(semconv::INPUT_MESSAGES, r#"["mail ann@example.com"]"#),
        ];
        attributes.extend(asked.map(|asked| KeyValue::new(semconv::CAPTURE, asked)));
        span("chat", attributes)
    };
    let said =
        |gate: &Gate, asked| text(&gated(gate, given(asked)).attributes, semconv::INPUT_MESSAGES);
    let (full, off) = (Gate::new().with_capture(Capture::Full), Gate::new());

    assert_eq!(said(&full, Some("full")).unwrap(), r#"["mail ann@example.com"]"#);
    assert_eq!(said(&full, Some("redacted")).unwrap(), r#"["mail [REDACTED:email]"]"#);
    assert_eq!(said(&full, None), None);
    assert_eq!(said(&off, Some("full")), None);
}

#[test]
fn keys_that_are_texts_do_not_leave() {
    let long = "k".repeat(1 << 20);
    let given =
        vec![KeyValue::new("what ails me", 1), KeyValue::new(long, "x"), KeyValue::new("a", 1)];
    let span = gated(&Gate::new(), span("ask", given));

    assert_eq!(keys(&span.attributes)[0], "a");
    assert!(keys(&span.attributes)[1..].iter().all(|key| key.starts_with("llm_trace.closed.")));
}

#[test]
fn who_passes_two_gates_is_told_of_once() {
    let mut given = span(
        "ask",
        vec![
            KeyValue::new("gen_ai.prompt", "What ails me?"),
            KeyValue::new("app.note", "ann@example.com wrote"),
            KeyValue::new("app.patient", "ann"),
        ],
    );
    given.status = Status::error("ow");
    let lenient = Gate::new().with_error_text(true);
    let once = gated(&lenient, given);
    let twice = gated(&lenient, once.clone());

    assert_eq!(twice.attributes, once.attributes);
    assert_eq!(text(&once.attributes, "app.note").unwrap(), "[REDACTED:email] wrote");

    let strict = gated(&Gate::new().with_closed_attributes(["app.*"]), once);
    let keys = keys(&strict.attributes);
    let mut each = keys.clone();
    each.sort_unstable();
    each.dedup();
    assert_eq!(each.len(), keys.len(), "{keys:?}");
    assert_eq!(text(&strict.attributes, semconv::CLOSED_VALUES).unwrap(), "4");
}

#[test]
fn keys_that_hold_secrets_do_not_leave() {
    let given = vec![
        KeyValue::new("by.ann@example.com", 1),
        KeyValue::new("http.response.status_code", 200),
        KeyValue::new("app.Tenant-7", "acme"),
    ];
    let span = gated(&Gate::new(), span("ask", given));

    assert_eq!(keys(&span.attributes)[..2], ["http.response.status_code", "app.Tenant-7"]);
    assert!(keys(&span.attributes)[2..].iter().all(|key| key.starts_with("llm_trace.")));
}
