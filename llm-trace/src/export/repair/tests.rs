use std::collections::HashSet;
use std::time::{Duration, UNIX_EPOCH};

use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use proptest::prelude::*;
use proptest::sample::select;

use super::repair;

const KEYS: &[&str] = &[
    "error.type",
    "gen_ai.agent.name",
    "gen_ai.completion",
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.max_tokens",
    "gen_ai.request.model",
    "gen_ai.request.stream",
    "gen_ai.request.temperature",
    "gen_ai.response.finish_reason",
    "gen_ai.response.finish_reasons",
    "gen_ai.response.model",
    "gen_ai.system",
    "gen_ai.tool.call.outcome",
    "gen_ai.tool.error.type",
    "gen_ai.tool.name",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cost",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.prompt_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.total_tokens",
    "gen_ai.workflow.name",
    "llm.token_count.prompt",
    "llm_trace.cost.status",
    "llm_trace.outcome",
    "llm_trace.total.input_tokens",
    "of.the.program",
    "otel.status_code",
    "rig.completion_parent",
    "rig.provider_request_id",
    "target",
];
const WORDS: &[&str] = &[
    "",
    "0",
    "12",
    "-1",
    "0.5",
    "NaN",
    "true",
    "false",
    "[\"stop\"]",
    "[]",
    "chat",
    "chat_streaming",
    "execute_tool",
    "invoke_agent",
    "invoke_workflow",
    "rerank",
    "a.b c",
    "gpt-4o",
    "mistral",
    "vertexai",
    "success",
    "denied",
    "error",
    "new\nline",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => select(WORDS).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::I64),
        1 => any::<f64>().prop_filter("equal to itself", |it| !it.is_nan()).prop_map(Value::F64),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Array(Array::String(vec!["stop".into()]))),
        1 => Just(Value::Array(Array::I64(vec![1]))),
    ]
}

fn span() -> impl Strategy<Value = SpanData> {
    let attribute = (select(KEYS), value()).prop_map(|(key, value)| KeyValue::new(key, value));
    let kind = select(vec![SpanKind::Client, SpanKind::Internal, SpanKind::Server]);
    let status = select(vec![Status::Unset, Status::Ok, Status::error("")]);
    let event = (
        select(vec!["Agent run finished", "request: {}", "mine"]),
        select(vec!["rig::completions", "rig_agent::agent::engine", "app"]),
    );
    (
        select(WORDS),
        kind,
        status,
        prop::collection::vec(attribute, 0..24),
        prop::collection::vec(event, 0..3),
    )
        .prop_map(|(name, kind, status, attributes, events)| {
            let events = events.into_iter().map(|(name, target)| {
                Event::new(name, UNIX_EPOCH, vec![KeyValue::new("target", target)], 0)
            });
            let mut all = SpanEvents::default();
            all.events = events.collect();
            SpanData {
                span_context: SpanContext::empty_context(),
                parent_span_id: SpanId::INVALID,
                parent_span_is_remote: false,
                span_kind: kind,
                name: name.into(),
                start_time: UNIX_EPOCH,
                end_time: UNIX_EPOCH + Duration::from_secs(1),
                attributes,
                dropped_attributes_count: 0,
                events: all,
                links: SpanLinks::default(),
                status,
                instrumentation_scope: opentelemetry::InstrumentationScope::default(),
            }
        })
}

proptest! {
    #[test]
    fn repairing_twice_changes_nothing(mut span in span()) {
        repair(&mut span);
        let mut again = span.clone();
        repair(&mut again);
        prop_assert_eq!(again, span);
    }

    #[test]
    fn a_repaired_call_has_each_key_once_and_its_counts_as_integers(mut span in span()) {
        let is_ours = span.attributes.iter().any(|it| it.key.as_str() == "llm_trace.outcome");
        let is_call = span.attributes.iter().any(|it| {
            ["gen_ai.operation.name", "gen_ai.system"].contains(&it.key.as_str())
        });
        let before = span.clone();
        repair(&mut span);
        if is_ours || !is_call {
            prop_assert_eq!(span.name, before.name);
            return Ok(());
        }
        let mut seen = HashSet::new();
        for attribute in &span.attributes {
            prop_assert!(seen.insert(attribute.key.clone()), "{} twice", attribute.key);
            let key = attribute.key.as_str();
            prop_assert!(!key.starts_with("rig.") && key != "target", "{}", key);
            if key.starts_with("gen_ai.usage.") && key.ends_with("_tokens") {
                let is_number = matches!(attribute.value, Value::I64(_) | Value::F64(_));
                prop_assert!(is_number, "{}: {:?}", key, attribute.value);
            }
        }
    }
}
