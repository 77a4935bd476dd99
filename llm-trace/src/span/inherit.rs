//! What a call takes over from the call above it, or from another service, and what it tells one.

use opentelemetry::baggage::BaggageExt;
use opentelemetry::{Context, KeyValue};

use super::{Shared, handle, lineage, lock};
use crate::reach;
use crate::request::Request;

/// Sets what the call above has, or the caller in another service, and this call has not.
pub(super) fn inherit(request: &mut Request, above: Option<&Shared>, context: Option<&Context>) {
    // What another library's span says was taken from there, and has no such attributes.
    let above = std::iter::successors(above, |above| above.above.as_deref())
        .find(|above| !above.is_foreign);
    let operation = request.operation;
    if let Some(above) = above {
        above.change(|record| {
            let inherited = record.request.attributes.iter();
            for attribute in inherited.filter(|it| reach::is_inherited(it.key.as_str(), operation))
            {
                set(request, attribute.key.as_str(), || attribute.clone());
            }
        });
    }
    let keys = reach::to_services();
    let Some(context) = context.filter(|_| !keys.is_empty()) else { return };
    let baggage = context.baggage();
    for key in keys.iter().filter(|key| reach::is_inherited(key, operation)) {
        if let Some(value) = baggage.get(key) {
            set(request, key, || KeyValue::new(key.clone(), value.clone()));
        }
    }
}

fn set(request: &mut Request, key: &str, attribute: impl FnOnce() -> KeyValue) {
    if request.attributes.iter().all(|own| own.key.as_str() != key) {
        request.attributes.push(attribute());
    }
}

/// Returns what other services are told of the call that is running.
pub(crate) fn told() -> Vec<KeyValue> {
    let keys = reach::to_services();
    let mut told = Vec::new();
    if keys.is_empty() {
        return told;
    }
    let call = handle::innermost().or_else(lineage::around);
    if let Some(call) = &call
        && let Some(record) = &*lock(&call.record)
    {
        let attributes = record.request.attributes.iter();
        told.extend(attributes.filter(|it| keys.iter().any(|key| key == it.key.as_str())).cloned());
    }
    told
}
