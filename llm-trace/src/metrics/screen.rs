//! What the attributes of our measurements pass before an instrument is bound to them, as a meter
//! provider of the program's own exports them without the gate.

use opentelemetry::{KeyValue, StringValue, Value};

use crate::content::screen;
use crate::redact::{Redactor, Rules, is_word};

/// Holds the attributes of a kind of call to what may leave.
pub(super) fn hold(attributes: &mut Vec<KeyValue>) {
    match screen::installed() {
        Some(screen) => screen.measured(attributes),
        // Without `init`, they are the names of calls and nothing else.
        None => attributes.iter_mut().for_each(redact),
    }
}

/// Returns whether a value could not be redacted, and so was left out as a whole.
pub(super) fn is_withheld(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.as_str().starts_with("[WITHHELD:"))
}

fn redact(attribute: &mut KeyValue) {
    if let Value::String(text) = &mut attribute.value
        && !is_word(text.as_str())
    {
        let redacted = Rules::new().redact(text.as_str()).into_owned();
        *text = StringValue::from(redacted);
    }
}
