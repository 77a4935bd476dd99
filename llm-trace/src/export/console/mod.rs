//! Owns [`Console`]: finished traces as trees on stderr, for whoever has no backend yet; and beside
//! them, on request, what is measured and logged.
//!
//! `buffer` says what is printed together, `row` what is known of a span, `outline` in which order
//! the lines come and `render` what they look like.

mod buffer;
mod logs;
mod metrics;
mod number;
mod outline;
mod pen;
mod render;
mod row;
mod style;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::Span as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use self::buffer::{Buffer, Limits, Tree};
use self::row::Row;
use self::style::Style;

pub(crate) use self::logs::LogLines;
pub(crate) use self::metrics::MetricLines;

const LIMITS: Limits = Limits { traces: 256, spans: 1024 };

/// Prints each trace as a tree when its local root ends. Never shows content.
pub(crate) struct Console {
    style: Style,
    buffer: Mutex<Buffer>,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl Console {
    /// Returns a processor that prints to stderr.
    pub(crate) fn stderr() -> Self {
        Self::new(Style::of_stderr(), LIMITS, Box::new(std::io::stderr()))
    }

    fn new(style: Style, limits: Limits, writer: Box<dyn Write + Send>) -> Self {
        Self { style, buffer: Mutex::new(Buffer::new(limits)), writer: Mutex::new(writer) }
    }

    fn print(&self, trees: impl IntoIterator<Item = Tree>) {
        for tree in trees {
            let text = render::render(&tree, &self.style);
            // One write, so that nothing comes between the lines. Nobody is there to hear that it failed.
            let _ = lock(&self.writer).write_all(text.as_bytes());
        }
    }
}

impl SpanProcessor for Console {
    fn on_start(&self, span: &mut Span, _context: &Context) {
        let context = span.span_context();
        let evicted = lock(&self.buffer).start(context.trace_id(), context.span_id());
        self.print(evicted);
    }

    fn on_end(&self, span: SpanData) {
        let completed = lock(&self.buffer).end(span.span_context.trace_id(), Row::read(&span));
        self.print(completed);
    }

    fn force_flush(&self) -> OTelSdkResult {
        let unfinished = lock(&self.buffer).drain();
        self.print(unfinished);
        let _ = lock(&self.writer).flush();
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.force_flush()
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("style", &self.style).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
