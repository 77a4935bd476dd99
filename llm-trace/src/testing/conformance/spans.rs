//! Owns what the conventions ask of a span.

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{KeyValue, Value};

use super::known::{Attribute, Standing, is_governed, type_of};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::semconv;
use crate::testing::span::CapturedSpan;

pub(super) fn check(span: &CapturedSpan) -> Vec<String> {
    let mut found = keys(span.attributes());
    if let Some(operation) = text(span, semconv::OPERATION_NAME) {
        if let Some(known) = Operation::ALL.iter().find(|known| known.as_str() == operation) {
            name(span, *known, &mut found);
            kind(span, *known, &mut found);
            required(span, *known, &mut found);
        }
        status(span, &mut found);
    }
    found
}

/// Keys and types of the attributes that the conventions govern.
fn keys(attributes: &[KeyValue]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, KeyValue { key, value, .. }) in attributes.iter().enumerate() {
        let name = key.as_str();
        if attributes[..at].iter().any(|before| before.key == *key) {
            found.push(format!("`{name}` is there twice"));
        }
        let Some(known) = Attribute::find(name) else {
            if is_governed(name) {
                found.push(format!("`{name}` is in no registry; use a prefix of your own"));
            }
            continue;
        };
        match known.standing {
            Standing::Deprecated(Some(successor)) => {
                found.push(format!("`{name}` is deprecated; its successor is `{successor}`"));
            }
            Standing::Deprecated(None) => found.push(format!("`{name}` is deprecated")),
            Standing::Current => {}
        }
        if !known.kind.holds(value) {
            let (should, is) = (known.kind.name(), type_of(value));
            found.push(format!("`{name}` is {is}, and should be {should}"));
        }
    }
    found
}

/// `{operation} {model}`, unless the span was given another stable name.
fn name(span: &CapturedSpan, operation: Operation, found: &mut Vec<String>) {
    let target = text(span, operation.name_attribute()).filter(|target| !target.is_empty());
    if let Some(target) = target.filter(|_| span.name() == operation.as_str()) {
        let should = format!("{} {target}", operation.as_str());
        found.push(format!("the name does not say `{target}`; it should be `{should}`"));
    }
}

fn kind(span: &CapturedSpan, operation: Operation, found: &mut Vec<String>) {
    let provider = text(span, semconv::PROVIDER_NAME);
    let is_remote = provider.is_some_and(|name| Provider::ALL.iter().any(|it| it.as_str() == name));
    // An agent of this process may say whom its calls went to, where these are added up on it.
    let has_calls = span.attribute(semconv::TOTAL_CALLS).is_some();
    let is_remote = is_remote && !(operation == Operation::InvokeAgent && has_calls);
    let is = span.kind();
    let should = match operation {
        Operation::ExecuteTool | Operation::InvokeWorkflow if is != SpanKind::Internal => {
            "INTERNAL"
        }
        Operation::ExecuteTool | Operation::InvokeWorkflow => return,
        // A model in the same process may be INTERNAL; one at a provider that is known is not.
        _ if is == SpanKind::Internal && is_remote => "CLIENT",
        _ if matches!(is, SpanKind::Client | SpanKind::Internal) => return,
        _ => "CLIENT or INTERNAL",
    };
    found.push(format!("the kind is {}, and should be {should}", format!("{is:?}").to_uppercase()));
}

fn required(span: &CapturedSpan, operation: Operation, found: &mut Vec<String>) {
    let is_remote_agent = operation == Operation::InvokeAgent && span.kind() == SpanKind::Client;
    let key = match operation {
        Operation::ExecuteTool => semconv::TOOL_NAME,
        Operation::CreateAgent => semconv::PROVIDER_NAME,
        _ if operation.is_model_call() || is_remote_agent => semconv::PROVIDER_NAME,
        _ => return,
    };
    if span.attribute(key).is_none() {
        found.push(format!("`{key}` is missing"));
    }
}

/// The status is error exactly if there is an `error.type`, and never ok: that is for the program.
fn status(span: &CapturedSpan, found: &mut Vec<String>) {
    let has_type = span.attribute(semconv::ERROR_TYPE).is_some();
    let is_error = matches!(span.status(), Status::Error { .. });
    match span.status() {
        Status::Error { .. } if !has_type => {
            found.push("the status is error, and `error.type` is missing".to_owned());
        }
        Status::Ok => found.push("the status is ok, and should be unset".to_owned()),
        Status::Unset if has_type => {
            found.push("`error.type` is set, and the status is not error".to_owned());
        }
        _ => {}
    }
    let Some(outcome) = text(span, semconv::OUTCOME) else { return };
    let all = [Outcome::Ok, Outcome::Error, Outcome::Panic, Outcome::Cancelled, Outcome::Abandoned];
    match all.iter().find(|known| known.as_str() == outcome) {
        None => found.push(format!("`{outcome}` is no outcome")),
        Some(known) if known.is_failure() != is_error => {
            found.push(format!("the outcome is `{outcome}`, and the status says otherwise"));
        }
        Some(_) => {}
    }
}

fn text<'a>(span: &'a CapturedSpan, key: &str) -> Option<&'a str> {
    match span.attribute(key)? {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}
