//! Owns what a program adds to the pipeline: processors and exporters of its own.

use opentelemetry_sdk::logs::LogExporter;
use opentelemetry_sdk::trace::{SpanExporter, SpanProcessor};

use super::Builder;
use crate::export::added::{AddedLogs, AddedSpans};

/// What a program adds.
#[derive(Default)]
pub(super) struct Added {
    pub(super) processors: Vec<Box<dyn SpanProcessor>>,
    pub(super) spans: Vec<AddedSpans>,
    pub(super) logs: Vec<AddedLogs>,
}

/// Processors and exporters of the program's own.
impl Builder {
    /// Adds a processor that gets every span that leaves, as it leaves: repaired, after sampling, and
    /// through the gate.
    ///
    /// It runs on the thread that ends the span, and so does the gate then, once for all processors that
    /// are added. That costs a call about one microsecond without content, twelve with 2 KB of it to
    /// redact, and the wait for a [`Redactor`](crate::redact::Redactor) of yours. An exporter is better added by
    /// [`with_span_exporter`](Self::with_span_exporter), which holds up no call.
    ///
    /// ```
    /// use std::sync::mpsc::{Sender, channel};
    ///
    /// use llm_trace::{Builder, llm_span};
    /// use opentelemetry_sdk::error::OTelSdkResult;
    /// use opentelemetry_sdk::trace::{SimpleSpanProcessor, SpanData, SpanExporter};
    ///
    /// #[derive(Debug)]
    /// struct Names(Sender<String>);
    ///
    /// impl SpanExporter for Names {
    ///     async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
    ///         for span in batch {
    ///             let _ = self.0.send(span.name.into_owned());
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// #[llm_span(tool = "add_numbers")]
    /// fn add(left: i64, right: i64) -> i64 {
    ///     left + right
    /// }
    ///
    /// let (sender, names) = channel();
    /// let processor = SimpleSpanProcessor::new(Names(sender));
    /// let _guard = Builder::new().with_span_processor(processor).install()?;
    /// add(40, 2);
    /// assert_eq!(names.recv().unwrap(), "execute_tool add_numbers");
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    ///
    /// Defaults to none. No variable.
    pub fn with_span_processor(mut self, processor: impl SpanProcessor + 'static) -> Self {
        self.added.processors.push(Box::new(processor));
        self
    }

    /// Adds an exporter of spans. It gets what leaves, repaired, after sampling and through the gate,
    /// in batches on a thread of its own: neither it nor the gate holds up a call.
    ///
    /// It waits behind a queue as long as `OTEL_BSP_MAX_QUEUE_SIZE` says, and what becomes of its spans
    /// is counted in `Guard::stats`, as `span_exporters`. There is no async runtime on its thread: one
    /// that needs some brings it, as with the SDK's `BatchSpanProcessor`.
    ///
    /// ```
    /// use llm_trace::{Builder, llm_span};
    /// use opentelemetry_sdk::trace::InMemorySpanExporter;
    ///
    /// #[llm_span(tool = "add_numbers")]
    /// fn add(left: i64, right: i64) -> i64 {
    ///     left + right
    /// }
    ///
    /// let exporter = InMemorySpanExporter::default();
    /// let guard = Builder::new().with_span_exporter(exporter.clone()).install()?;
    /// add(40, 2);
    /// guard.flush().unwrap();
    /// assert_eq!(exporter.get_finished_spans().unwrap()[0].name, "execute_tool add_numbers");
    /// assert_eq!(guard.stats().span_exporters.exported, 1);
    /// # Ok::<(), llm_trace::InitError>(())
    /// ```
    ///
    /// Defaults to none. No variable.
    pub fn with_span_exporter(mut self, exporter: impl SpanExporter + 'static) -> Self {
        self.added.spans.push(AddedSpans::new(exporter));
        self
    }

    /// Adds an exporter of log records, as [`with_span_exporter`](Self::with_span_exporter) adds one of
    /// spans. It waits as long as `OTEL_BLRP_MAX_QUEUE_SIZE` says, and is counted as `log_exporters`.
    ///
    /// There is no such method for metrics: the SDK makes what a `PushMetricExporter` gets, and lets
    /// nobody change it.
    ///
    /// Defaults to none. No variable.
    pub fn with_log_exporter(mut self, exporter: impl LogExporter + 'static) -> Self {
        self.added.logs.push(AddedLogs::new(exporter));
        self
    }
}
