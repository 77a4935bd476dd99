//! Reads the attributes of a span, of whatever set-up it is.

use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;

/// The value of an attribute; fails if the key is there twice.
pub(crate) fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    let mut found = span.attributes.iter().filter(|attribute| attribute.key.as_str() == key);
    let value = found.next().map(|attribute| &attribute.value);
    assert!(found.next().is_none(), "`{key}` was exported twice");
    value
}

/// The value of a string attribute, `""` if it is absent.
pub(crate) fn text(span: &SpanData, key: &str) -> String {
    attribute(span, key).map(|value| value.as_str().into_owned()).unwrap_or_default()
}
