//! What the protocol forbids, whoever receives it.
//!
//! | where | what is a violation |
//! |---|---|
//! | a request | not decodable; a field that the protocol does not know; over HTTP, another method than POST, another content type, a body that is not encoded as its header says |
//! | JSON | a key that is not in lowerCamelCase; an enum that is no number; an id that is not hexadecimal |
//! | attributes of all kinds, and what is nested in them | an empty key, a key twice, no value |
//! | a resource | no `service.name` |
//! | a span | no name, no kind, no time, an end before the start, ids of another length or of zeros; an event without a time, a link to nowhere; a span that came before |
//! | a metric | no name, no data, no temporality, two of the same name in a scope; a point without a time or a value, or that ends before it starts; two points with the same attributes; buckets that do not fit their bounds or do not add up, bounds that do not rise |
//! | a log record | an id that is none, no time, a name that is a place in the source |

mod json;
mod metrics;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use metrics::metrics;

/// What is wrong, in words.
pub type Violations = Vec<String>;

/// Decodes a request, and looks for what the decoder leaves out.
///
/// # Errors
///
/// If it is no such request, which is a violation too.
pub fn decode<T: Message + Default + DeserializeOwned + Serialize>(
    is_json: bool,
    body: &[u8],
    found: &mut Violations,
) -> Result<T, String> {
    let decoded = if is_json {
        json::decode(body, found)
    } else {
        T::decode(body).map_err(|error| error.to_string()).inspect(|request: &T| {
            // Our exporter and this decoder write each message in one way.
            if request.encoded_len() != body.len() {
                found.push("protobuf: a field that is not known".to_owned());
            }
        })
    };
    decoded.inspect_err(|error| found.push(format!("not decodable: {error}")))
}

/// Looks through the spans of a resource.
pub fn spans(resource: &ResourceSpans, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for scope in &resource.scope_spans {
        check_scope(scope.scope.as_ref(), found);
        scope.spans.iter().for_each(|span| check_span(span, found));
    }
}

fn check_span(span: &Span, found: &mut Violations) {
    let name = format!("span `{}`", span.name);
    let mut say = |is_wrong: bool, what: &str| {
        if is_wrong {
            found.push(format!("{name}: {what}"));
        }
    };
    say(span.name.is_empty(), "no name");
    say(!is_id(&span.trace_id, 16) || !is_id(&span.span_id, 8), "an id that is none");
    say(
        !span.parent_span_id.is_empty() && !is_id(&span.parent_span_id, 8),
        "a parent that is none",
    );
    say(span.kind == 0, "no kind");
    say(span.start_time_unix_nano == 0 || span.end_time_unix_nano == 0, "no time");
    say(span.end_time_unix_nano < span.start_time_unix_nano, "it ends before it starts");
    for event in &span.events {
        say(event.time_unix_nano == 0, "an event without a time");
    }
    for link in &span.links {
        say(!is_id(&link.trace_id, 16) || !is_id(&link.span_id, 8), "a link to nowhere");
    }
    let events = span.events.iter().map(|event| &event.attributes);
    let links = span.links.iter().map(|link| &link.attributes);
    for attributes in std::iter::once(&span.attributes).chain(events).chain(links) {
        check_attributes(&name, attributes, found);
    }
}

/// Looks through the log records of a resource.
pub fn logs(resource: &ResourceLogs, found: &mut Violations) {
    check_resource(resource.resource.as_ref(), found);
    for scope in &resource.scope_logs {
        check_scope(scope.scope.as_ref(), found);
        for record in &scope.log_records {
            let name = format!("log `{}` {:?}", record.event_name, record.body);
            let (trace, span) = (&record.trace_id, &record.span_id);
            if !trace.is_empty() && !is_id(trace, 16) || !span.is_empty() && !is_id(span, 8) {
                found.push(format!("{name}: an id that is none"));
            }
            if record.time_unix_nano == 0 && record.observed_time_unix_nano == 0 {
                found.push(format!("{name}: no time"));
            }
            if record.event_name.starts_with("event ") {
                found.push(format!("{name}: named by its place in the source"));
            }
            if let Some(body) = &record.body {
                check_nested(&name, body, found);
            }
            check_attributes(&name, &record.attributes, found);
        }
    }
}

fn check_resource(resource: Option<&Resource>, found: &mut Violations) {
    let attributes = resource.map(|resource| &*resource.attributes).unwrap_or_default();
    if !attributes.iter().any(|attribute| attribute.key == "service.name") {
        found.push("resource: no `service.name`".to_owned());
    }
    check_attributes("resource", attributes, found);
}

fn check_scope(scope: Option<&InstrumentationScope>, found: &mut Violations) {
    let attributes = scope.map(|scope| &*scope.attributes).unwrap_or_default();
    check_attributes("scope", attributes, found);
}

fn check_attributes(of: &str, attributes: &[KeyValue], found: &mut Violations) {
    let mut known = BTreeSet::new();
    for attribute in attributes {
        if attribute.key.is_empty() {
            found.push(format!("{of}: an empty key"));
        }
        if !known.insert(&attribute.key) {
            found.push(format!("{of}: `{}` twice", attribute.key));
        }
        match &attribute.value {
            Some(value) if value.value.is_some() => check_nested(of, value, found),
            _ => found.push(format!("{of}: `{}` has no value", attribute.key)),
        }
    }
}

/// Looks through what is inside of a value.
fn check_nested(of: &str, value: &AnyValue, found: &mut Violations) {
    match &value.value {
        Some(Value::ArrayValue(array)) => {
            array.values.iter().for_each(|value| check_nested(of, value, found));
        }
        Some(Value::KvlistValue(list)) => check_attributes(of, &list.values, found),
        _ => {}
    }
}

fn is_id(bytes: &[u8], length: usize) -> bool {
    bytes.len() == length && bytes.iter().any(|byte| *byte != 0)
}
