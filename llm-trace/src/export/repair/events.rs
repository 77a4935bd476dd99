//! Owns which events of a span go: payloads always, and what the span says better.

use opentelemetry::Value;
use opentelemetry::trace::Event;
use opentelemetry_sdk::trace::SpanData;

/// The targets under which Rig logs whole requests and answers.
const PAYLOADS: &[&str] =
    &["rig::completions", "rig::embedding", "rig::streaming", "rig::transcription"];
/// What Rig says of the course of a run, by how it begins.
const NOISE: &[&str] = &[
    "Agent multi-turn stream finished",
    "Agent run finished",
    "Current conversation Turns:",
    "Current conversation depth:",
    "Depth reached:",
    "executed tool ",
];

/// Drops the events in which Rig logs what it sends, what it receives, and how far a run has come:
/// they are on whichever span was current, so on ours too.
pub(super) fn drop_rigs(span: &mut SpanData) {
    let events = &mut span.events.events;
    if events.iter().any(is_dropped) {
        events.retain(|event| !is_dropped(event));
    }
}

fn is_dropped(event: &Event) -> bool {
    let Some(target) = text(event, "target").filter(|target| target.starts_with("rig")) else {
        return false;
    };
    PAYLOADS.contains(&target)
        || text(event, "level").is_some_and(|level| level == "TRACE")
        || NOISE.iter().any(|start| event.name.starts_with(start))
}

fn text<'a>(event: &'a Event, key: &str) -> Option<&'a str> {
    let found = event.attributes.iter().find(|attribute| attribute.key.as_str() == key)?;
    match &found.value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}
