//! What a call cost, or why that is not known.

use llm_trace::{LlmResponse, Price, Response, Usage, llm_span};
use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;

use crate::support::{Capture, attribute, text};

/// An answer of a model, and its tokens.
struct Answer(&'static str, Usage);

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_model(self.0);
        response.set_usage(self.1);
    }
}

#[llm_span(model = "my-prod-deployment", provider = "azure.ai.openai")]
fn deployment(answer: Answer) -> Answer {
    answer
}

#[llm_span(model = "cost-test-model", provider = custom("acme"))]
fn acme(answer: Answer) -> Answer {
    answer
}

fn span(call: impl FnOnce() -> Answer) -> SpanData {
    llm_trace::load_prices();
    let capture = Capture::new();
    capture.run(call);
    capture.span()
}

fn cost(span: &SpanData) -> Option<f64> {
    attribute(span, "gen_ai.usage.cost").map(|cost| match cost {
        Value::F64(dollars) => *dollars,
        other => panic!("the cost is {other:?}"),
    })
}

const USAGE: fn() -> Usage = || Usage::cache_inclusive(1000, 500);

#[test]
fn the_model_that_answered_decides_about_the_price() {
    let span = span(|| deployment(Answer("gpt-4o-2024-08-06", USAGE())));

    assert_eq!(cost(&span), Some(0.0075));
    assert_eq!(text(&span, "llm_trace.cost.source"), "genai-prices");
    assert_eq!(text(&span, "llm_trace.cost.model"), "gpt-4o");
    assert_eq!(text(&span, "llm_trace.cost.as_of"), "2026-10-30");
    assert_eq!(attribute(&span, "llm_trace.cost.status"), None);
}

#[test]
fn what_is_not_known_is_absent_and_says_why() {
    for (answer, status) in [
        (Answer("my-prod-deployment", USAGE()), "no_price"),
        (Answer("gpt-4o", Usage::default()), "no_usage"),
        (Answer("gpt-4o", USAGE().with_cache_read(1001)), "inconsistent_usage"),
        // What OpenAI did not bill for this model, its card has no price for.
        (Answer("gpt-4o", USAGE().with_cache_write(10)), "no_price"),
    ] {
        let span = span(|| deployment(answer));

        assert_eq!(text(&span, "llm_trace.cost.status"), status);
        for key in ["gen_ai.usage.cost", "llm_trace.cost.source", "llm_trace.cost.model"] {
            assert_eq!(attribute(&span, key), None, "{status}: {key}");
        }
    }
}

#[test]
fn the_providers_own_report_goes_before_a_registered_price() {
    llm_trace::register_price("cost-test-*", Price::per_million(2.0, 6.0).for_provider("acme"));

    let registered = span(|| acme(Answer("cost-test-model-2", USAGE())));
    assert_eq!(cost(&registered), Some(0.005));
    assert_eq!(text(&registered, "llm_trace.cost.source"), "registered");
    assert_eq!(text(&registered, "llm_trace.cost.model"), "cost-test-*");

    let reported = span(|| acme_with_a_bill(Answer("cost-test-model-2", USAGE())));
    assert_eq!(cost(&reported), Some(0.25));
    assert_eq!(text(&reported, "llm_trace.cost.source"), "provider");
}

#[llm_span(model = "cost-test-model", provider = custom("acme"))]
fn acme_with_a_bill(answer: Answer) -> Answer {
    llm_trace::current().record_cost(0.25);
    answer
}

#[llm_span(model = "gpt-5", provider = "openai")]
fn in_a_batch(answer: Answer) -> Answer {
    llm_trace::current().record_service_tier("batch");
    answer
}

#[test]
fn a_batch_has_its_own_price() {
    let span = span(|| in_a_batch(Answer("gpt-5", Usage::cache_inclusive(100_000, 10_000))));

    assert_eq!(cost(&span), Some(0.1125));
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn fails(reach: bool) -> Result<Answer, std::fmt::Error> {
    if reach {
        llm_trace::current().record_usage(USAGE());
    }
    Err(std::fmt::Error)
}

#[llm_span(tool = "add")]
fn tool() -> Answer {
    Answer("gpt-4o", USAGE())
}

#[test]
fn only_what_a_model_did_has_a_cost() {
    llm_trace::load_prices();
    let capture = Capture::new();
    capture.run(|| {
        let _ = fails(true);
        let _ = fails(false);
        tool();
    });
    let [billed, refused, tool] = capture.spans().try_into().unwrap();

    assert_eq!(cost(&billed), Some(0.0075));
    for span in [refused, tool] {
        assert_eq!(cost(&span), None);
        assert_eq!(attribute(&span, "llm_trace.cost.status"), None);
    }
}

#[test]
fn a_price_file_that_cannot_be_used_stops_the_set_up() {
    let missing = llm_trace::Builder::new().with_price_file("/nowhere/prices.json").build();
    let message = format!("{:?}", missing.unwrap_err());

    assert!(
        message.starts_with(
            "Builder::with_price_file names a price file that cannot be used: \
             the price file /nowhere/prices.json cannot be read: "
        ),
        "{message}"
    );
}
