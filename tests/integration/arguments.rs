//! Each argument becomes the attribute that the conventions name, with its native type.

use llm_trace::{LlmResponse, Response, Usage, llm_span};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::support::{Capture, attribute, text};

pub(crate) fn span_of<T>(call: impl FnOnce() -> T) -> SpanData {
    let capture = Capture::new();
    capture.run(call);
    capture.span()
}

fn strings(values: &[&str]) -> Value {
    let values = values.iter().map(|value| (*value).to_owned().into()).collect();
    Value::Array(Array::String(values))
}

#[test]
fn request_parameters_keep_their_types() {
    struct Options {
        temperature: f32,
        max_tokens: Option<u32>,
        stop: Vec<String>,
        seed: Option<i64>,
    }

    #[llm_span(
        model = "gpt-4o",
        provider = "openai",
        temperature = options.temperature,
        max_tokens = options.max_tokens,
        top_p = 1,
        top_k = 40_u8,
        seed = options.seed,
        stop_sequences = options.stop,
        frequency_penalty = -0.5,
        presence_penalty = 0.25_f32,
        choice_count = 2_usize,
        reasoning_level = Some("low"),
        output_type = "json",
        attempt = attempt,
    )]
    fn chat(options: &Options, attempt: u64) {}

    let options = Options {
        temperature: 0.2,
        max_tokens: Some(256),
        stop: vec!["END".to_owned()],
        seed: None,
    };
    let span = span_of(|| chat(&options, 3));
    for (key, expected) in [
        ("gen_ai.request.temperature", Value::F64(0.2)),
        ("gen_ai.request.max_tokens", Value::I64(256)),
        ("gen_ai.request.top_p", Value::F64(1.0)),
        ("gen_ai.request.top_k", Value::I64(40)),
        ("gen_ai.request.stop_sequences", strings(&["END"])),
        ("gen_ai.request.frequency_penalty", Value::F64(-0.5)),
        ("gen_ai.request.presence_penalty", Value::F64(0.25)),
        ("gen_ai.request.choice.count", Value::I64(2)),
        ("gen_ai.request.reasoning.level", "low".into()),
        ("gen_ai.output.type", "json".into()),
        ("llm_trace.attempt", Value::I64(3)),
    ] {
        assert_eq!(attribute(&span, key), Some(&expected), "{key}");
    }
    assert_eq!(attribute(&span, "gen_ai.request.seed"), None);
}

#[test]
fn names_ids_server_and_fields_become_attributes() {
    #[llm_span(
        model = "gpt-4o",
        provider = "openai",
        conversation = conversation,
        user = &user,
        prompt_name = "greeting",
        prompt_version = "2",
        agent_name = user,
        server = "api.openai.com:8443",
        fields("app.tenant" = user.len(), "app.tags" = ["a", "b"], "app.beta" = true),
    )]
    fn chat(user: String, conversation: Option<&str>) -> String {
        user
    }

    let span = span_of(|| assert_eq!(chat("ada".to_owned(), Some("c1")), "ada"));
    for (key, expected) in [
        ("gen_ai.conversation.id", "c1".into()),
        ("user.id", "ada".into()),
        ("gen_ai.prompt.name", "greeting".into()),
        ("gen_ai.prompt.version", "2".into()),
        ("gen_ai.agent.name", "ada".into()),
        ("server.address", "api.openai.com".into()),
        ("server.port", Value::I64(8443)),
        ("app.tenant", Value::I64(3)),
        ("app.tags", strings(&["a", "b"])),
        ("app.beta", Value::Bool(true)),
    ] {
        assert_eq!(attribute(&span, key), Some(&expected), "{key}");
    }
}

/// A client's answer, which is not ours to derive on.
struct Foreign {
    tokens: (u32, u32),
}

#[derive(LlmResponse)]
#[llm(cache = "exclusive")]
struct Answer {
    #[llm(id)]
    id: Option<String>,
    #[llm(model)]
    model: &'static str,
    #[llm(input_tokens)]
    input: u32,
    #[llm(output_tokens)]
    output: Option<i32>,
    #[llm(cache_read_tokens)]
    cached: u64,
    #[llm(reasoning_tokens)]
    reasoning: Option<u8>,
    #[llm(cost)]
    cost: f64,
    #[llm(nested)]
    choices: Vec<Choice>,
}

#[derive(LlmResponse)]
struct Choice {
    #[llm(finish_reason)]
    reason: &'static str,
    #[llm(text)]
    text: String,
}

#[derive(LlmResponse)]
enum Reply {
    Answer(Answer),
    Nothing,
}

fn answer() -> Answer {
    let choice = |reason, text: &str| Choice { reason, text: text.to_owned() };
    Answer {
        id: Some("r1".to_owned()),
        model: "gpt-4o-2024-08-06",
        input: 3,
        output: Some(5),
        cached: 10,
        reasoning: None,
        cost: 0.5,
        choices: vec![choice("stop", "hi"), choice("length", "ho")],
    }
}

#[test]
fn a_derived_response_is_read_field_by_field() {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat() -> Result<Reply, std::fmt::Error> {
        Ok(Reply::Answer(answer()))
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn silent() -> Reply {
        Reply::Nothing
    }

    let span = span_of(chat);
    for (key, expected) in [
        ("gen_ai.response.id", "r1".into()),
        ("gen_ai.response.model", "gpt-4o-2024-08-06".into()),
        ("gen_ai.response.finish_reasons", strings(&["stop", "length"])),
        ("gen_ai.usage.input_tokens", Value::I64(13)),
        ("gen_ai.usage.output_tokens", Value::I64(5)),
        ("gen_ai.usage.cache_read.input_tokens", Value::I64(10)),
        ("gen_ai.usage.cost", Value::F64(0.5)),
        ("llm_trace.response.length", Value::I64(4)),
    ] {
        assert_eq!(attribute(&span, key), Some(&expected), "{key}");
    }
    assert_eq!(attribute(&span, "gen_ai.usage.reasoning.output_tokens"), None);
    assert_eq!(attribute(&span_of(silent), "gen_ai.response.id"), None);
}

#[test]
fn a_closure_maps_the_answer_and_another_names_the_error() {
    struct Counts(u32, u32);

    impl LlmResponse for Counts {
        fn read(&self, response: &mut Response) {
            response.set_usage(Usage::cache_inclusive(u64::from(self.0), u64::from(self.1)));
        }
    }

    #[llm_span(
        model = "gpt-4o",
        provider = "openai",
        response = |foreign| Counts(foreign.tokens.0, foreign.tokens.1),
        error_type = |code| format!("code_{code}"),
    )]
    async fn chat(code: Option<u8>) -> Result<Foreign, u8> {
        code.map_or(Ok(Foreign { tokens: (12, 3) }), Err)
    }

    let ok = span_of(|| futures_util::FutureExt::now_or_never(chat(None)));
    assert_eq!(attribute(&ok, "gen_ai.usage.input_tokens"), Some(&Value::I64(12)));
    assert_eq!(attribute(&ok, "gen_ai.usage.output_tokens"), Some(&Value::I64(3)));
    let error = span_of(|| futures_util::FutureExt::now_or_never(chat(Some(4))));
    assert_eq!(text(&error, "error.type"), "code_4");
}

#[test]
fn none_reads_nothing() {
    #[llm_span(model = "gpt-4o", provider = "openai", response = none)]
    fn chat() -> Answer {
        answer()
    }

    assert_eq!(attribute(&span_of(chat), "gen_ai.response.id"), None);
}
