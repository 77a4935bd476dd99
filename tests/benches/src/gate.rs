//! Spans on their way out, and what the gate does to them on the exporting thread.

use std::hint::black_box;
use std::sync::LazyLock;

use futures_util::FutureExt;
use llm_trace::{Capture, Gate, Gated};
use opentelemetry::KeyValue;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::calls;
use crate::rig::{Nowhere, TURN, ended};

/// What passes the gate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Passing {
    /// An annotated call with the hash of its prompt.
    Call,
    /// The same with 1 KB of prompt and 1 KB of answer, which are redacted.
    Content,
    /// A turn of Rig's with as much, which is closed.
    Rig,
}

impl Passing {
    pub(crate) const ALL: [Self; 3] = [Self::Call, Self::Content, Self::Rig];
}

/// Exports a span through the gate, or without.
///
/// # Panics
///
/// If the exporter waits or fails, which it does not.
pub fn pass(span: Passing, is_gated: bool) {
    let (data, gate) = match span {
        Passing::Call => (&*CALL, &*OFF),
        Passing::Content => (&*CONTENT, &*REDACTED),
        Passing::Rig => (&*RIG, &*OFF),
    };
    let spans = vec![data.clone()];
    let exported = if is_gated {
        gate.export(spans).now_or_never()
    } else {
        Nowhere.export(spans).now_or_never()
    };
    black_box(exported).expect("nothing waits").expect("nothing fails");
}

static OFF: LazyLock<Gated<Nowhere>> = LazyLock::new(|| Gate::new().before(Nowhere));
static REDACTED: LazyLock<Gated<Nowhere>> =
    LazyLock::new(|| Gate::new().with_capture(Capture::Redacted).before(Nowhere));

static CALL: LazyLock<SpanData> = LazyLock::new(|| {
    ended(|| {
        let call = calls::annotated_prompt("What is the answer?", "conversation-42", "user-7");
        black_box(call.now_or_never());
    })
});
static CONTENT: LazyLock<SpanData> = LazyLock::new(|| {
    let mut span = with_content(&CALL);
    span.attributes.push(KeyValue::new("llm_trace.capture", "redacted"));
    span
});
static RIG: LazyLock<SpanData> = LazyLock::new(|| with_content(&TURN));

/// Returns a span with the messages of its call, 1 KB each.
fn with_content(span: &SpanData) -> SpanData {
    let text =
        "Explain the difference between a mutex and a semaphore in two sentences. ".repeat(15);
    let messages = |role: &str| {
        let part = serde_json::json!({"type": "text", "content": &text[..1024]});
        serde_json::json!([{"role": role, "parts": [part]}]).to_string()
    };
    let mut span = span.clone();
    span.attributes.push(KeyValue::new("gen_ai.input.messages", messages("user")));
    span.attributes.push(KeyValue::new("gen_ai.output.messages", messages("assistant")));
    span
}
