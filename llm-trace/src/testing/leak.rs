//! Finds planted texts in what a test would export, after the gate.

use std::fmt;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::logs::SdkLogRecord;

use super::capture::Capture;
use crate::content::{self, Capture as Content};
use crate::export::gate::Gate;

/// A planted text that would leave, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Leak {
    /// The text.
    pub canary: String,
    /// The signal, the item and the key.
    pub place: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` leaves in {}", self.canary, self.place)
    }
}

/// Returns where planted texts would leave: in names, keys and values of spans, events, links, log
/// records and metrics, as they are, as JSON, in hexadecimal or in Base64.
///
/// Spans, log records and the attributes of metrics pass the gate first, with what the process
/// captures.
///
/// ```
/// use llm_trace::{llm_span, testing};
///
/// #[llm_span(model = "gpt-4o", provider = "openai", fields("app.note" = note))]
/// fn chat(prompt: &str, note: &str) -> String {
///     format!("{prompt}, {note}")
/// }
///
/// let capture = testing::capture();
/// capture.run(|| chat("canary-1", "canary-2"));
/// let leaks = testing::leaks(&capture, &["canary-1", "canary-2"]);
/// assert_eq!(leaks.len(), 1);
/// assert_eq!(leaks[0].to_string(), "`canary-2` leaves in span `chat gpt-4o`: `app.note`");
/// ```
#[must_use]
pub fn leaks(capture: &Capture, canaries: &[&str]) -> Vec<Leak> {
    let canaries: Vec<_> = canaries.iter().map(|canary| (*canary, forms(canary))).collect();
    let mut leaks = Vec::new();
    for (place, text) in leaving(capture) {
        for (canary, forms) in &canaries {
            if forms.iter().any(|form| text.contains(form.as_str())) {
                leaks.push(Leak { canary: (*canary).to_owned(), place: place.clone() });
            }
        }
    }
    leaks
}

/// Returns the gate that the process has, as far as it is known here.
pub(super) fn gate() -> Gate {
    Gate::new().with_capture(Content::chosen()).with_error_text(content::has_error_text())
}

/// Every text that would leave, and where it stands.
fn leaving(capture: &Capture) -> Vec<(String, String)> {
    let gate = gate();
    let mut texts = Vec::new();
    for span in capture.spans() {
        let mut span = span.0;
        gate.span(&mut span);
        let place = format!("span `{}`", span.name);
        texts.push((place.clone(), span.name.to_string()));
        if let Status::Error { description } = &span.status {
            texts.push((format!("{place}: status"), description.to_string()));
        }
        attributes(&mut texts, &place, &span.attributes);
        let scope = &span.instrumentation_scope;
        texts.push((format!("{place}: scope"), scope.name().to_owned()));
        texts.push((format!("{place}: tracestate"), span.span_context.trace_state().header()));
        for event in &span.events.events {
            texts.push((format!("{place}: event"), event.name.to_string()));
            attributes(&mut texts, &format!("{place}: event"), &event.attributes);
        }
        for link in &span.links.links {
            attributes(&mut texts, &format!("{place}: link"), &link.attributes);
        }
    }
    for log in capture.logs() {
        texts.extend(log.leaving);
    }
    for metric in capture.metrics() {
        let place = format!("metric `{}`", metric.name);
        texts.push((
            place.clone(),
            format!("{} {} {}", metric.name, metric.unit, metric.description),
        ));
        for point in &metric.points {
            let mut labels = point.attributes.clone();
            gate.labels(&mut labels);
            attributes(&mut texts, &place, &labels);
        }
    }
    texts
}

fn attributes(texts: &mut Vec<(String, String)>, place: &str, attributes: &[KeyValue]) {
    for KeyValue { key, value, .. } in attributes {
        let place = format!("{place}: `{key}`");
        texts.push((place.clone(), key.to_string()));
        match value {
            Value::Array(Array::String(values)) => {
                texts.extend(values.iter().map(|text| (place.clone(), text.to_string())));
            }
            other => texts.push((place, other.as_str().into_owned())),
        }
    }
}

/// Every text of a log record that would leave, and where it stands.
pub(super) fn of_record(record: &SdkLogRecord) -> Vec<(String, String)> {
    let (record, _) = gate().log(record);
    let mut texts = Vec::new();
    if let Some(body) = record.body() {
        any(&mut texts, "log: body", body);
    }
    for (key, value) in record.attributes_iter() {
        let place = format!("log: `{key}`");
        texts.push((place.clone(), key.to_string()));
        any(&mut texts, &place, value);
    }
    texts
}

fn any(texts: &mut Vec<(String, String)>, place: &str, value: &AnyValue) {
    match value {
        AnyValue::String(text) => texts.push((place.to_owned(), text.to_string())),
        AnyValue::ListAny(items) => items.iter().for_each(|item| any(texts, place, item)),
        AnyValue::Map(fields) => {
            for (key, value) in fields.iter() {
                texts.push((place.to_owned(), key.to_string()));
                any(texts, place, value);
            }
        }
        _ => {}
    }
}

/// A text, and how it may be written otherwise.
fn forms(canary: &str) -> Vec<String> {
    let json = serde_json::Value::from(canary).to_string();
    let digits = canary.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String =
        digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect();
    let mut forms =
        vec![canary.to_owned(), json[1..json.len() - 1].to_owned(), hex.to_uppercase(), hex];
    // Where it starts in a group of three bytes decides how it looks; the ends belong to neighbours.
    for shift in 0..3 {
        let padded = [&b"\0\0"[..shift], canary.as_bytes()].concat();
        let whole = padded.len() / 3 * 4;
        let text = base64(&padded);
        let start = if shift == 0 { 0 } else { 4 };
        if whole > start + 8 {
            forms.push(text[start..whole].to_owned());
        }
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift) as usize & 63]))
    };
    bytes.chunks(3).flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_it_is_written() {
        let found = |text: &str| forms("canary \"1\"!").iter().any(|form| text.contains(form));

        assert!(found("a canary \"1\"! b"));
        assert!(found(r#"{"a": "canary \"1\"!"}"#));
        assert!(found("63616e617279202231 2221 63616e61727920223122 21".replace(' ', "").as_str()));
        for before in ["", "x", "xy"] {
            assert!(found(&base64(format!("{before}canary \"1\"! more").as_bytes())), "{before}");
        }
        assert!(!found("canary \"2\"!"));
        assert_eq!(base64(b"Man"), "TWFu");
    }
}
