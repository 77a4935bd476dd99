//! How large what is exported gets, whatever was given.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::{event, gated, keys, span, text};
use crate::content::Capture;
use crate::export::budget::{weight, withhold};
use crate::export::gate::Gate;
use crate::semconv;

/// Keeps how many spans each request has, and how many bytes.
#[derive(Clone, Debug, Default)]
struct Sizes(Arc<Mutex<Vec<(usize, usize)>>>);

impl SpanExporter for Sizes {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let bytes = batch.iter().map(weight).sum();
        self.0.lock().unwrap().push((batch.len(), bytes));
        Ok(())
    }
}

fn full() -> Gate {
    Gate::new().with_capture(Capture::Full)
}

#[test]
fn a_full_batch_of_long_prompts_goes_in_requests_below_four_megabytes() {
    let sizes = Sizes::default();
    let exporter = full().before(sizes.clone());
    let prompt = "a word ".repeat(20_000);
    let batch = vec![span("chat", vec![KeyValue::new("gen_ai.prompt", prompt)]); 512];

    let mut export = std::pin::pin!(exporter.export(batch));
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(export.as_mut().poll(&mut context), Poll::Ready(Ok(()))));

    let sizes = sizes.0.lock().unwrap();
    assert_eq!(sizes.iter().map(|(spans, _)| spans).sum::<usize>(), 512);
    assert!(sizes.iter().all(|(_, bytes)| *bytes < 4 << 20), "{sizes:?}");
    assert!(sizes.len() > 1);
}

#[test]
fn the_longest_values_of_a_span_pay_first() {
    let value = |key: &'static str, bytes: usize| KeyValue::new(key, "word ".repeat(bytes / 5));
    let given = vec![
        value("gen_ai.input.messages", 30_000),
        value("gen_ai.output.messages", 30_000),
        value("gen_ai.tool.definitions", 30_000),
        value("gen_ai.request.model", 100),
    ];

    let span = gated(&full(), span("chat", given));

    assert!(weight(&span) <= 64 * 1024 + 64, "{}", weight(&span));
    assert_eq!(text(&span.attributes, "gen_ai.request.model").unwrap().len(), 100);
    let said = text(&span.attributes, "gen_ai.input.messages").unwrap();
    assert!(said.ends_with("…[cut from 30000 bytes]"), "{}", &said[said.len() - 40..]);
    assert!(keys(&span.attributes).contains(&semconv::CUT_VALUES));
}

#[test]
fn hostile_spans_fit_and_take_no_time() {
    let long = || "all work and no play ".repeat(500_000);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut given = span(
        "chat",
        vec![
            KeyValue::new("gen_ai.prompt", long()),
            KeyValue::new("app.deep", deep),
            KeyValue::new("app.many", Value::Array(Array::String(vec!["x".into(); 1_000_000]))),
            KeyValue::new("app.numbers", Value::Array(Array::F64(vec![0.5; 1_000_000]))),
        ],
    );
    given.name = long().into();
    given.status = opentelemetry::trace::Status::error(long());
    given.events.events =
        vec![event(long(), vec![KeyValue::new("said", "x ".repeat(100_000))]); 20];

    for gate in [full().with_error_text(true), Gate::new()] {
        let mut given = given.clone();
        let started = Instant::now();
        withhold(&mut given, crate::export::gate::guarded::LONGEST);
        // Debug builds are slow, and so are the machines that run them.
        assert!(started.elapsed().as_millis() < 500, "{:?}", started.elapsed());
        let span = gated(&gate, given);
        assert!(weight(&span) <= 64 * 1024 + 1024, "{}", weight(&span));
        assert!(span.name.len() <= 256);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
