//! Owns [`Evaluation`]: what somebody thinks of a call that was made before.

use opentelemetry::logs::Severity;
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, Key, KeyValue, Value};

use crate::content::Capture;
use crate::logs::{self, Event};
use crate::semconv;
use crate::trace_context::TraceContext;

/// The result of an evaluation: a score, a label, and why.
///
/// It is exported as the log event `gen_ai.evaluation.result` in the span of the call that is
/// evaluated, which may have ended days ago, in another process: its [`TraceContext`] is all that
/// was kept. Where log records go nowhere, it is a span `evaluation {name}` with a link to the call.
///
/// The explanation is content, as prompts are: with [`Capture::Off`] the gate lets its length and
/// keyed hash through, unless `Builder` opens `gen_ai.evaluation.explanation`. Name and label are
/// words of low cardinality, exported as they are.
///
/// ```
/// use llm_trace::{Evaluation, llm_span, testing::capture, with_trace_context_sync};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// fn chat(prompt: &str) -> String {
///     prompt.to_uppercase()
/// }
///
/// let capture = capture();
/// let (answer, call) = capture.run(|| with_trace_context_sync(|| chat("hi")));
/// let stored = call.map(|call| call.to_string()).unwrap_or_default();
///
/// // Days later.
/// let call = stored.parse()?;
/// capture.run(|| Evaluation::new("relevance").with_score(0.9).with_label("pass").record(&call));
///
/// let logs = capture.logs();
/// assert_eq!(logs[0].name, Some("gen_ai.evaluation.result"));
/// assert_eq!(logs[0].span, Some((call.trace_id(), call.span_id())));
/// # Ok::<(), llm_trace::TraceContextError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an evaluation is exported by `record`"]
pub struct Evaluation {
    name: String,
    score: Option<f64>,
    label: Option<String>,
    explanation: Option<String>,
    response_id: Option<String>,
    error_type: Option<String>,
}

impl Evaluation {
    /// Creates an evaluation of what the name says, such as `relevance`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            score: None,
            label: None,
            explanation: None,
            response_id: None,
            error_type: None,
        }
    }

    /// Sets the score. One that is not finite is left out.
    pub fn with_score(mut self, score: f64) -> Self {
        self.score = Some(score).filter(|score| score.is_finite());
        self
    }

    /// Sets what the score means, in a word of low cardinality, such as `pass`.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets why the score is what it is.
    pub fn with_explanation(mut self, explanation: impl Into<String>) -> Self {
        self.explanation = Some(explanation.into());
        self
    }

    /// Sets the provider's id of the answer that is evaluated.
    pub fn with_response_id(mut self, id: impl Into<String>) -> Self {
        self.response_id = Some(id.into());
        self
    }

    /// Says that the evaluation itself failed, in a word of low cardinality, such as `timeout`.
    pub fn with_error_type(mut self, error_type: impl Into<String>) -> Self {
        self.error_type = Some(error_type.into());
        self
    }

    /// Exports the evaluation, as one of this call.
    pub fn record(self, call: &TraceContext) {
        if logs::is_enabled() {
            let mut event = Event::new(semconv::EVALUATION_RESULT, Severity::Info);
            self.each(|key, value| match value {
                Value::F64(score) => event.set(key, Some(score)),
                text => event.set(key, Some(text.as_str().into_owned())),
            });
            logs::emit(event, Some(&call.span_context()));
        } else {
            self.span(call);
        }
    }

    /// Leaves a span in place of a log record.
    fn span(self, call: &TraceContext) {
        let name = format!("evaluation {}", self.name);
        let outside = Context::map_current(|outer| outer.span().span_context().span_id());
        let span = tracing::info_span!("evaluation", otel.name = name);
        let _entered = span.enter();
        let context = Context::current();
        let span = context.span();
        // Without a layer that makes spans, the one that is current is somebody else's.
        if span.span_context().span_id() == outside {
            return;
        }
        if self.error_type.is_some() {
            span.set_status(Status::error(""));
        }
        let mut attributes = Vec::with_capacity(6);
        self.each(|key, value| {
            attributes.push(KeyValue::new(Key::from_static_str(key), value));
        });
        span.set_attributes(attributes);
        span.add_link(call.span_context(), Vec::new());
    }

    fn each(self, mut set: impl FnMut(&'static str, Value)) {
        let capture = Capture::chosen();
        let is_content = self.explanation.is_some() && capture != Capture::Off;
        let texts = [
            (semconv::EVALUATION_NAME, Some(self.name)),
            (semconv::EVALUATION_SCORE_LABEL, self.label),
            (semconv::EVALUATION_EXPLANATION, self.explanation),
            (semconv::RESPONSE_ID, self.response_id),
            (semconv::ERROR_TYPE, self.error_type),
            // What the gate looks at, to let more through than a length.
            (semconv::CAPTURE, is_content.then(|| capture.as_str().to_owned())),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                set(key, Value::String(text.into()));
            }
        }
        if let Some(score) = self.score {
            set(semconv::EVALUATION_SCORE_VALUE, Value::F64(score));
        }
    }
}
