//! What a builder is told of content: how much of it leaves, and what redacts it.

use std::time::Duration;

use crate::content::{Capture, ContentOn};
use crate::init::Builder;
use crate::redact::{Redactor, Rules};

/// Privacy: see `Gate` and the page on privacy.
impl Builder {
    /// Sets how much of prompts, answers and tool calls leaves the process.
    ///
    /// Defaults to `LLM_TRACE_CAPTURE` (`off`, `redacted` or `full`), then to
    /// `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, in which `SPAN_ONLY`, `EVENT_ONLY` and
    /// `SPAN_AND_EVENT` mean [`Capture::Redacted`]; without them, to [`Capture::Off`].
    pub fn with_capture(mut self, capture: Capture) -> Self {
        self.settings.capture = Some(capture);
        self
    }

    /// Sets which signals carry the content that is captured.
    ///
    /// Defaults to what `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` names, then to
    /// [`ContentOn::Spans`].
    pub fn with_content_on(mut self, on: ContentOn) -> Self {
        self.settings.content_on = Some(on);
        self
    }

    /// Sets whether the texts of errors leave, redacted: as the description of a span's status, and
    /// in attributes such as `exception.message`. A client's error often quotes what was sent.
    ///
    /// Defaults to `LLM_TRACE_ERROR_TEXT`, then to `false`.
    pub fn with_error_text(mut self, error_text: bool) -> Self {
        self.settings.error_text = Some(error_text);
        self
    }

    /// Adds keys of attributes that are not closed, whatever they are called. Their values are still
    /// redacted. A `*` stands for anything, as in `app.*`.
    ///
    /// Defaults to none. No variable.
    pub fn with_open_attributes(
        mut self,
        keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.settings.gate = self.settings.gate.with_open_attributes(keys);
        self
    }

    /// Adds keys of attributes that are closed: a length and a hash stand for their values. They go
    /// before those that are open.
    ///
    /// Defaults to none beside those that `Gate` names. No variable.
    pub fn with_closed_attributes(
        mut self,
        keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.settings.gate = self.settings.gate.with_closed_attributes(keys);
        self
    }

    /// Adds targets, such as the name of your crate, whose `tracing` events are no content: their
    /// messages are redacted and not closed.
    ///
    /// This opens the logs of your own crate. Without it their log records have the body `[closed]`,
    /// because they may quote a prompt. `LLM_TRACE_OPEN_TARGETS=my_service` does the same without a
    /// change of code; the target of a module is its path, such as `my_service::billing`.
    ///
    /// Those in `LLM_TRACE_OPEN_TARGETS`, with commas between them, are open too; by default none is.
    pub fn with_open_targets(
        mut self,
        targets: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.settings.gate = self.settings.gate.with_open_targets(targets);
        self
    }

    /// Sets what redacts, in place of the built-in rules. It runs on a thread of its own; a value for
    /// which it panics, or takes more than 250 milliseconds, is replaced as a whole, and so are values
    /// for which [no time is left](Builder::with_redaction_time).
    ///
    /// Defaults to the built-in [`Rules`]. No variable.
    pub fn with_redactor(mut self, redactor: impl Redactor + 'static) -> Self {
        self.settings.gate = self.settings.gate.with_redactor(redactor);
        self
    }

    /// Sets the built-in rules that redact, to look for more kinds or for words of your own.
    ///
    /// Defaults to [`Rules::new`]. No variable.
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.settings.gate = self.settings.gate.with_rules(rules);
        self
    }

    /// Sets how long a redactor of your own may hold up exports; the values that are left then are
    /// replaced as a whole. [`Gate::with_redaction_time`](crate::export::gate::Gate::with_redaction_time) says more.
    ///
    /// Defaults to two seconds. No variable.
    pub fn with_redaction_time(mut self, limit: Duration) -> Self {
        self.settings.gate = self.settings.gate.with_redaction_time(limit);
        self
    }

    /// Sets how many bytes one value may have. A longer one is cut, after it was redacted, and says how
    /// long it was; JSON stays JSON.
    ///
    /// Defaults to 32 KiB. No variable; `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` counts characters.
    pub fn with_value_bytes(mut self, bytes: usize) -> Self {
        self.settings.gate = self.settings.gate.with_value_bytes(bytes);
        self
    }

    /// Sets how many bytes one span or log record may have: the longest of its values are cut until it
    /// does. What is exported at once goes in requests of less than 4 MiB.
    ///
    /// Defaults to 64 KiB. No variable.
    pub fn with_span_bytes(mut self, bytes: usize) -> Self {
        self.settings.gate = self.settings.gate.with_span_bytes(bytes);
        self
    }
}
