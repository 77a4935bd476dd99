//! Owns [`Reader`]: takes the fields of a `tracing` span, as whatever type they come.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};

use crate::foreign::{Facts, Said};

/// How long a value is to be looked at that is known by its `Debug` form only.
const LIMIT: usize = 256;

/// Takes values into [`Facts`].
pub(super) struct Reader<'a>(pub(super) &'a mut Facts);

impl Visit for Reader<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.take(field.name(), Said::Text(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.take(field.name(), Said::Integer(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if let Ok(value) = value.try_into() {
            self.0.take(field.name(), Said::Integer(value));
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.take(field.name(), Said::Number(value));
    }

    fn record_bool(&mut self, _field: &Field, _value: bool) {}

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Prompts are among what may come here, and nothing of them is looked at.
        if !Facts::wants(field.name()) {
            return;
        }
        let mut text = Short(String::new());
        if write!(text, "{value:?}").is_ok() {
            self.0.take(field.name(), Said::Text(text.0.trim_matches('"')));
        }
    }
}

/// A text that stays short: what is longer is nothing that is looked for.
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LIMIT {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}
