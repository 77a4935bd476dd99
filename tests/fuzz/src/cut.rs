//! Hostile content on its way out: what the gate cuts fits its limit, is UTF-8, and JSON where it was.

#![no_main]

use std::borrow::Cow;
use std::sync::{LazyLock, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use libfuzzer_sys::fuzz_target;
use llm_trace::{Capture, Gate, Gated};
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter, SpanLinks};
use serde::de::IgnoredAny;

static LAST: Mutex<Option<SpanData>> = Mutex::new(None);

/// Keeps the last span.
#[derive(Debug)]
struct Keep;

impl SpanExporter for Keep {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        *LAST.lock().unwrap() = batch.pop();
        Ok(())
    }
}

const LIMITS: [usize; 4] = [64, 200, 1000, 5000];

static GATES: LazyLock<Vec<Gated<Keep>>> = LazyLock::new(|| {
    let gate = |limit| {
        let gate = Gate::new().with_capture(Capture::Full).with_value_bytes(limit);
        gate.with_span_bytes(4 * limit.max(500)).before(Keep)
    };
    LIMITS.into_iter().map(gate).collect()
});

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let is_json = text.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok();
    for (gate, limit) in GATES.iter().zip(LIMITS) {
        let span = gated(gate, text);
        let weight: usize = span.attributes.iter().map(|it| it.value.as_str().len()).sum();
        assert!(weight <= 4 * limit.max(500), "{weight} of {limit}");
        for attribute in &span.attributes {
            let value = attribute.value.as_str();
            assert!(value.len() <= limit.max(64), "{limit}: {value}");
            if is_json && attribute.key.as_str() == "gen_ai.input.messages" {
                let parsed = serde_json::from_str::<IgnoredAny>(&value);
                assert!(parsed.is_ok(), "{limit}: {value}");
            }
        }
        assert!(span.name.len() <= 256);
    }
});

fn gated(gate: &Gated<Keep>, text: &str) -> SpanData {
    let span = SpanData {
        span_context: SpanContext::NONE,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Client,
        name: Cow::Owned(text.to_owned()),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes: vec![
            KeyValue::new("gen_ai.input.messages", text.to_owned()),
            KeyValue::new("app.note", text.to_owned()),
        ],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::error(text.to_owned()),
        instrumentation_scope: InstrumentationScope::default(),
    };
    let mut export = std::pin::pin!(gate.export(vec![span]));
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(export.as_mut().poll(&mut context), Poll::Ready(Ok(()))));
    LAST.lock().unwrap().take().expect("one span goes in, one comes out")
}
