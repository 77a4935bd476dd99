//! What the conventions find wrong, and that they find nothing wrong with ours.

use llm_trace::testing::{capture, conformance};
use llm_trace::{LlmResponse, Response, Usage, assert_conformant, llm_span};
use tracing::{Span, info_span};

struct Answer;

impl LlmResponse for Answer {
    fn read(&self, response: &mut Response) {
        response.set_model("gpt-4o-2024-08-06");
        response.set_usage(Usage::cache_inclusive(12, 34));
        response.set_cost(0.25);
        response.add_finish_reason("stop");
    }
}

#[llm_span(
    model = "gpt-4o", provider = "openai", server = "localhost:8080", temperature = 0.2,
    max_tokens = 100_u32, stop_sequences = ["end"], conversation = "c", user = "u", attempt = 1,
)]
fn chat(prompt: &str) -> Result<Answer, u8> {
    if prompt.is_empty() { Err(0) } else { Ok(Answer) }
}

#[llm_span(operation = "embeddings", model = "embed-4", provider = custom("acme"), dimensions = 8)]
fn embed() {}

#[llm_span(retrieval = "kb", top_k = 3)]
fn retrieve() {}

#[llm_span(tool = "search", tool_type = "function", tool_call_id = "1", agent_name = "planner")]
fn search() {}

#[llm_span(agent = "researcher", provider = "aws.bedrock")]
fn remote_agent() -> Answer {
    Answer
}

#[llm_span(agent = "planner")]
fn plan() -> Result<Answer, u8> {
    search();
    embed();
    retrieve();
    remote_agent();
    chat("hi")
}

#[llm_span(workflow = "trip")]
fn trip() {
    plan().ok();
    chat("").ok();
}

#[llm_span(name = "llm.broken", tool = "broken")]
fn broken() {
    panic!("as the test wants it");
}

#[test]
fn every_span_and_metric_of_ours_conforms() {
    let capture = capture();
    capture.run(|| {
        trip();
        std::panic::catch_unwind(broken).unwrap_err();
    });

    assert_conformant!(capture);
    assert_eq!(conformance(&capture).to_string(), "9 spans and 8 metrics: 0 findings\n");
}

/// What makes a span, and what is found wrong with it.
type Case = (fn() -> Span, &'static str);

#[test]
fn keys_that_the_registry_does_not_have_so_are_found() {
    let cases: [Case; 4] = [
        (
            || info_span!("s", gen_ai.usage.output_tokens = "5"),
            "s: `gen_ai.usage.output_tokens` is a string, and should be an int",
        ),
        (
            || info_span!("s", gen_ai.request.modle = "m"),
            "s: `gen_ai.request.modle` is in no registry; use a prefix of your own",
        ),
        (
            || info_span!("s", gen_ai.usage.prompt_tokens = 5),
            "s: `gen_ai.usage.prompt_tokens` is deprecated; its successor is `gen_ai.usage.input_tokens`",
        ),
        (
            || {
                let span = info_span!("s", gen_ai.usage.input_tokens = 1);
                span.record("gen_ai.usage.input_tokens", 2);
                span
            },
            "s: `gen_ai.usage.input_tokens` is there twice",
        ),
    ];
    check(&cases);
}

#[test]
fn calls_that_are_not_as_the_conventions_have_them_are_found() {
    let cases: [Case; 8] = [
        (
            || {
                info_span!(
                    "chat",
                    otel.kind = "client",
                    gen_ai.operation.name = "chat",
                    gen_ai.provider.name = "openai",
                    gen_ai.request.model = "m",
                    // A span that is not said to be ours would be repaired.
                    llm_trace.outcome = "ok"
                )
            },
            "chat: the name does not say `m`; it should be `chat m`",
        ),
        (
            || {
                info_span!(
                    "chat",
                    gen_ai.operation.name = "chat",
                    gen_ai.provider.name = "openai",
                    llm_trace.outcome = "ok"
                )
            },
            "chat: the kind is INTERNAL, and should be CLIENT",
        ),
        (
            || {
                info_span!(
                    "chat",
                    otel.kind = "server",
                    gen_ai.operation.name = "chat",
                    gen_ai.provider.name = "mine"
                )
            },
            "chat: the kind is SERVER, and should be CLIENT or INTERNAL",
        ),
        (
            || {
                info_span!(
                    "execute_tool t",
                    otel.kind = "client",
                    gen_ai.operation.name = "execute_tool",
                    gen_ai.tool.name = "t"
                )
            },
            "execute_tool t: the kind is CLIENT, and should be INTERNAL",
        ),
        (
            || info_span!("chat", gen_ai.operation.name = "chat"),
            "chat: `gen_ai.provider.name` is missing",
        ),
        (
            || {
                info_span!(
                    "execute_tool",
                    gen_ai.operation.name = "execute_tool",
                    otel.status_code = "error"
                )
            },
            "execute_tool: `gen_ai.tool.name` is missing\n\
             execute_tool: the status is error, and `error.type` is missing",
        ),
        (
            || {
                info_span!(
                    "invoke_agent",
                    gen_ai.operation.name = "invoke_agent",
                    otel.status_code = "ok"
                )
            },
            "invoke_agent: the status is ok, and should be unset",
        ),
        (
            || {
                info_span!(
                    "invoke_agent",
                    gen_ai.operation.name = "invoke_agent",
                    error.r#type = "429",
                    llm_trace.outcome = "error"
                )
            },
            "invoke_agent: `error.type` is set, and the status is not error\n\
             invoke_agent: the outcome is `error`, and the status says otherwise",
        ),
    ];
    check(&cases);
}

fn check(cases: &[Case]) {
    for (span, expected) in cases {
        let capture = capture();
        capture.run(|| span().in_scope(|| ()));
        let report = conformance(&capture).to_string();
        let (_, findings) = report.split_once('\n').unwrap();
        assert_eq!(findings.trim_end(), *expected);
    }
}
