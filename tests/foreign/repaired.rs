//! What the spans of other libraries leave as: with our pipeline, and with the exporter alone.

use std::borrow::Cow;

use futures_util::FutureExt;
use llm_trace::{Repaired, assert_conformant, llm_span};
use opentelemetry::trace::{SpanKind, Status, TracerProvider};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing_subscriber::layer::SubscriberExt;

use crate::counted::{RUN, assert_close, set_prices, traced};
use crate::replay::{FIRST, genai, rig, rig_031};

/// Exports what a future does through a user's own layer, which takes every event and every level,
/// and through the exporter alone.
fn exported(future: impl Future<Output = ()>) -> Vec<SpanData> {
    set_prices();
    let exporter = InMemorySpanExporter::default();
    let provider =
        SdkTracerProvider::builder().with_simple_exporter(Repaired::new(exporter.clone())).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        runtime.block_on(future);
    });
    let mut spans = exporter.get_finished_spans().unwrap();
    spans.sort_by_key(|span| span.start_time);
    spans
}

fn names(spans: &[SpanData]) -> Vec<&str> {
    spans.iter().map(|span| &*span.name).collect()
}

fn get<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    let mut found = span.attributes.iter().filter(|attribute| attribute.key.as_str() == key);
    let value = found.next().map(|attribute| &attribute.value);
    assert!(found.next().is_none(), "`{key}` is there twice");
    value
}

/// No key twice, no number as text, nothing of the library's own, no payload.
fn assert_clean(span: &SpanData) {
    for attribute in &span.attributes {
        let key = attribute.key.as_str();
        get(span, key);
        assert!(!key.starts_with("rig.") && key != "target" && !key.ends_with("_ns"), "{key}");
        if key.ends_with("_tokens") {
            assert!(matches!(attribute.value, Value::I64(_)), "{key}: {:?}", attribute.value);
        }
    }
    for event in &span.events.events {
        assert!(!format!("{event:?}").contains("SECRET"), "{event:?}");
        assert!(!event.name.contains("Turns:") && !event.name.contains("finished"), "{event:?}");
    }
}

#[test]
fn a_run_of_rig_leaves_in_the_words_of_the_conventions() {
    let spans = exported(async { drop(rig::run().await) });

    let should = ["invoke_agent calc", "chat gpt-4o", "execute_tool add", "chat gpt-4o"];
    assert_eq!(names(&spans), should);
    spans.iter().for_each(assert_clean);
    let [agent, first, tool, _] = &spans[..] else { panic!("{spans:?}") };

    assert_eq!((&agent.span_kind, &first.span_kind), (&SpanKind::Internal, &SpanKind::Client));
    assert_eq!(tool.span_kind, SpanKind::Internal);
    assert_eq!(get(agent, "llm_trace.total.input_tokens"), Some(&Value::I64(210)));
    assert_eq!(get(agent, "llm_trace.total.output_tokens"), Some(&Value::I64(51)));
    let is_usage = |key: &str| key.starts_with("gen_ai.usage.");
    assert!(!agent.attributes.iter().any(|attribute| is_usage(attribute.key.as_str())));

    assert_eq!(get(first, "gen_ai.usage.input_tokens"), Some(&Value::I64(90)));
    assert_eq!(get(first, "gen_ai.usage.reasoning.output_tokens"), Some(&Value::I64(3)));
    assert_eq!(get(first, "gen_ai.usage.reasoning_tokens"), None);
    assert_eq!(get(first, "gen_ai.usage.cost"), Some(&Value::F64(174e-6)));
    assert_eq!(get(first, "llm_trace.cost.source"), Some(&"registered".into()));
    assert_eq!(get(first, "gen_ai.request.stream"), None);
    assert_eq!(get(first, "llm_trace.response.request_id"), Some(&"req_chat_1".into()));
    assert_eq!(get(tool, "gen_ai.tool.call.outcome"), None);
    assert!(spans.iter().all(|span| span.status == Status::Unset));
}

#[test]
fn tokens_and_cost_of_a_trace_add_up_to_what_was_used() {
    let spans = exported(async { drop(rig::run().await) });

    let sum = |key: &str| -> f64 {
        let number = |value: &Value| match value {
            Value::I64(count) => f64::from(i32::try_from(*count).unwrap()),
            Value::F64(number) => *number,
            other => panic!("{other:?}"),
        };
        spans.iter().filter_map(|span| get(span, key)).map(number).sum()
    };
    assert_close(sum("gen_ai.usage.input_tokens"), 210.0);
    assert_close(sum("gen_ai.usage.output_tokens"), 51.0);
    assert_close(sum("gen_ai.usage.cost"), RUN);
}

#[test]
fn a_streamed_call_says_so_and_says_everything_once() {
    let spans = exported(rig::chat(Some(FIRST), true));

    assert_clean(&spans[0]);
    assert_eq!(get(&spans[0], "gen_ai.request.stream"), Some(&Value::Bool(true)));
    assert_eq!(get(&spans[0], "gen_ai.usage.output_tokens"), Some(&Value::I64(42)));
}

#[test]
fn the_first_form_of_rigs_spans_is_repaired_too() {
    let spans = exported(async { drop(rig_031::run().await) });

    // No span says a model: there is nothing to name the calls by.
    assert_eq!(names(&spans), ["chat", "execute_tool add", "chat"]);
    spans.iter().for_each(assert_clean);
    assert_eq!(get(&spans[0], "gen_ai.usage.input_tokens"), Some(&Value::I64(90)));
    assert_eq!(get(&spans[0], "llm_trace.cost.status"), Some(&"no_price".into()));
    assert!(spans[1].events.events.is_empty(), "the arguments of the tool were logged");
}

#[test]
fn a_failed_tool_call_has_the_status_and_the_type() {
    for (outcome, error_type) in
        [("success", None), ("error", Some("other")), ("denied", Some("denied"))]
    {
        let spans = exported(rig::execute_tool(outcome, rig::add).map(|sum| assert_eq!(sum, 7)));

        assert_clean(&spans[0]);
        assert_eq!(get(&spans[0], "error.type"), error_type.map(Value::from).as_ref(), "{outcome}");
        assert_eq!(spans[0].status != Status::Unset, error_type.is_some(), "{outcome}");
        assert_eq!(get(&spans[0], "gen_ai.tool.error.type"), None);
    }
}

#[test]
fn spans_that_were_almost_right_are_completed() {
    let spans = exported(async {
        genai::chat(FIRST).await;
        genai::refused();
    });

    assert_eq!(names(&spans), ["chat gpt-4o", "chat mistral-large"]);
    spans.iter().for_each(assert_clean);
    let words = |words: &'static str| Value::Array(Array::String(vec![words.into()]));
    assert_eq!(get(&spans[0], "gen_ai.response.finish_reasons"), Some(&words("stop")));
    assert_eq!(get(&spans[0], "gen_ai.request.stop_sequences"), Some(&words("END")));
    assert_eq!(get(&spans[0], "gen_ai.usage.cache_write.input_tokens"), Some(&Value::I64(0)));
    assert_eq!(get(&spans[0], "gen_ai.usage.cost"), Some(&Value::F64(174e-6)));
    assert_eq!(get(&spans[0], "server.port"), Some(&Value::I64(443)));
    assert_eq!(get(&spans[1], "error.type"), Some(&"429".into()));
    assert!(matches!(spans[1].status, Status::Error { .. }));
}

#[test]
fn names_that_were_given_up_become_those_of_today() {
    let spans = exported(async {
        tracing::info_span!(
            "chat_streaming",
            gen_ai.operation.name = "chat_streaming",
            gen_ai.system = "xai",
            gen_ai.request.model = "grok-4",
            gen_ai.request.temperature = "0.5",
            gen_ai.request.max_tokens = 100_u32,
            gen_ai.usage.prompt_tokens = 12_u64,
            gen_ai.usage.completion_tokens = "34",
            gen_ai.usage.total_tokens = 46_u64,
            gen_ai.openai.request.response_format = "json_schema",
            gen_ai.response.finish_reason = "stop",
            of.the.program = 7_u64,
        )
        .in_scope(|| {});
    });

    let span = &spans[0];
    assert_eq!((&*span.name, &span.span_kind), ("chat grok-4", &SpanKind::Client));
    assert_clean(span);
    let said: Vec<_> = span
        .attributes
        .iter()
        .filter(|attribute| attribute.key.as_str().starts_with("gen_ai."))
        .map(|attribute| format!("{} {:?}", attribute.key, attribute.value))
        .collect();
    assert_eq!(
        said,
        [
            r#"gen_ai.operation.name String(Owned("chat"))"#,
            r#"gen_ai.request.model String(Owned("grok-4"))"#,
            "gen_ai.request.temperature F64(0.5)",
            "gen_ai.request.max_tokens I64(100)",
            r#"gen_ai.provider.name String(Owned("x_ai"))"#,
            "gen_ai.usage.input_tokens I64(12)",
            "gen_ai.usage.output_tokens I64(34)",
            r#"gen_ai.output.type String(Owned("json"))"#,
            r#"gen_ai.response.finish_reasons Array(String([Owned("stop")]))"#,
        ]
    );
    assert_eq!(get(span, "of.the.program"), Some(&"7".into()), "who wrote it knows");
}

#[test]
fn providers_have_the_names_of_the_conventions() {
    for (is, should) in [
        ("azure.openai", "azure.ai.openai"),
        ("mistral", "mistral_ai"),
        ("xai", "x_ai"),
        ("moonshot", "moonshot_ai"),
        ("vertexai", "gcp.vertex_ai"),
        ("gemini", "gcp.gemini"),
        ("openai", "openai"),
        ("ollama", "ollama"),
    ] {
        let spans = exported(async {
            tracing::info_span!("s", gen_ai.operation.name = "rerank", gen_ai.provider.name = is)
                .in_scope(|| {});
        });
        assert_eq!(get(&spans[0], "gen_ai.provider.name"), Some(&should.into()));
        assert_eq!(get(&spans[0], "gen_ai.operation.name"), Some(&"rerank".into()));
    }
}

#[test]
fn a_name_that_somebody_gave_stays() {
    let spans = exported(async {
        tracing::info_span!(
            "answer.the.customer",
            gen_ai.operation.name = "chat",
            gen_ai.request.model = "gpt-4o",
        )
        .in_scope(|| {});
        tracing::info_span!("chat", id = 1).in_scope(|| {});
    });

    assert_eq!(names(&spans), ["answer.the.customer", "chat"]);
    assert!(get(&spans[1], "target").is_some(), "a span of the program is not touched");
}

#[test]
fn the_payloads_are_gone_from_our_spans_too() {
    #[llm_span(agent = "calc")]
    async fn agent() {
        rig::asked(&FIRST, false);
        rig::answered(&FIRST);
        tracing::info!("of the program");
    }

    let spans = exported(agent());

    let events: Vec<&Cow<'_, str>> = spans[0].events.events.iter().map(|it| &it.name).collect();
    assert_eq!(events, ["of the program"]);
}

#[test]
fn what_is_written_into_our_span_does_not_double_a_key() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn ask() {
        // Rig 0.31 takes the current span for its own.
        let span = tracing::Span::current();
        span.record("gen_ai.provider.name", "openai");
        span.record("gen_ai.request.model", "gpt-4o-mini");
    }

    let spans = exported(ask());

    assert_eq!(get(&spans[0], "gen_ai.request.model"), Some(&"gpt-4o".into()));
    assert_eq!(get(&spans[0], "gen_ai.provider.name"), Some(&"openai".into()));
}

#[test]
fn an_annotated_run_is_as_the_conventions_want_it() {
    #[llm_span(agent = "calc")]
    async fn agent() -> String {
        rig::run().await
    }

    let capture = traced(agent());

    let names: Vec<_> = capture.spans().iter().map(|span| span.name().to_owned()).collect();
    let should = ["invoke_agent calc", "chat gpt-4o", "execute_tool add", "chat gpt-4o"];
    assert_eq!(names, should);
    assert_conformant!(capture);
    let traces: Vec<_> = capture.spans().iter().map(|span| span.context().trace_id()).collect();
    assert!(traces.windows(2).all(|pair| pair[0] == pair[1]));
}
