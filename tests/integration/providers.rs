//! From the body that a provider sends to the cost on the span: every reading at once.

use llm_trace::{Provider, llm_span};
use opentelemetry::Value;
use serde_json::json;

use crate::support::{Capture, attribute, text};

#[llm_span(model = "asked", provider = provider.clone())]
fn call(provider: &Provider, body: serde_json::Value) -> serde_json::Value {
    body
}

#[test]
fn a_body_is_costed_by_what_it_says() {
    llm_trace::load_prices();
    let cases = [
        (
            "openai: the cached part is cheaper, flex is half the price",
            Provider::OPENAI,
            json!({"model": "gpt-5", "service_tier": "flex", "choices": [], "usage": {
                "prompt_tokens": 100_000, "completion_tokens": 10_000, "total_tokens": 110_000,
                "prompt_tokens_details": {"cached_tokens": 50_000}}}),
            Some(0.084_375),
        ),
        (
            "anthropic: an hour in the cache costs more than five minutes",
            Provider::ANTHROPIC,
            json!({"model": "claude-sonnet-4-5-20250929", "usage": {
                "input_tokens": 1000, "output_tokens": 100, "cache_read_input_tokens": 10_000,
                "cache_creation_input_tokens": 3000, "service_tier": "standard",
                "cache_creation": {"ephemeral_5m_input_tokens": 2000, "ephemeral_1h_input_tokens": 1000}}}),
            // 1000 at 3, 10,000 at 0.30, 2000 at 3.75, 1000 at 6, and 100 at 15 dollars a million.
            Some(0.021),
        ),
        (
            "anthropic: a step that the usage leaves out",
            Provider::ANTHROPIC,
            json!({"model": "claude-sonnet-4-5-20250929", "usage": {"input_tokens": 1000, "output_tokens": 100,
                "iterations": [{"type": "compaction", "input_tokens": 50_000}, {"type": "message"}]}}),
            None,
        ),
        (
            "gemini: thoughts are output",
            Provider::GCP_GEMINI,
            json!({"modelVersion": "gemini-2.5-flash", "usageMetadata": {"promptTokenCount": 1000,
                "candidatesTokenCount": 100, "thoughtsTokenCount": 300, "totalTokenCount": 1400}}),
            // 1000 at 0.30 and 400 at 2.50 dollars a million.
            Some(0.001_3),
        ),
        (
            "cohere: what is billed is less than what is counted",
            Provider::COHERE,
            json!({"model": "command-a-03-2025", "usage": {
                "billed_units": {"input_tokens": 20, "output_tokens": 60},
                "tokens": {"input_tokens": 556, "output_tokens": 71}, "cached_tokens": 480}}),
            // 20 at 2.50 and 60 at 10 dollars a million.
            Some(0.000_65),
        ),
        (
            "xai: the provider says it",
            Provider::X_AI,
            json!({"model": "grok-4", "usage": {"input_tokens": 10, "output_tokens": 10,
                "input_tokens_details": {"cached_tokens": 0}, "cost_in_usd_ticks": 6_881_000}}),
            Some(0.000_688_1),
        ),
    ];
    for (label, provider, body, expected) in cases {
        let capture = Capture::new();
        capture.run(|| call(&provider, body));
        let span = capture.span();
        let cost = attribute(&span, "gen_ai.usage.cost").map(|cost| match cost {
            Value::F64(dollars) => *dollars,
            other => panic!("{label}: {other:?}"),
        });
        let is_right = match (cost, expected) {
            (Some(cost), Some(expected)) => (cost - expected).abs() < 1e-9,
            (cost, expected) => cost == expected,
        };

        assert!(is_right, "{label}: {cost:?}, {}", text(&span, "llm_trace.cost.status"));
        assert_eq!(text(&span, "llm_trace.cost.status").is_empty(), expected.is_some(), "{label}");
    }
}
