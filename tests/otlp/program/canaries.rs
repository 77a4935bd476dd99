//! Ten thousand calls full of canaries: texts that must not leave, in prompts, answers, arguments of
//! tools, errors, panics, headers, JSON, and in what other crates say of a call.

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Waker};
use std::time::Duration;

use llm_trace::opentelemetry::trace::TracerProvider;
use llm_trace::{Builder, Guard, current, llm_span};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

/// Real bodies of every family, without a text.
const SHAPES: &str = include_str!("../../../llm-trace/src/wire/testdata/usage-shapes.json");

/// Every canary starts like this.
pub(crate) const MARK: &str = "cnry7f3a";

/// Makes the calls, and lets the guard send what they leave.
pub(crate) fn run(calls: usize, has_filter: bool) -> Result<(), Box<dyn Error>> {
    // The texts of the panics are the programs' own, and no telemetry.
    std::panic::set_hook(Box::new(|_| {}));
    let guard = if has_filter { llm_trace::init()? } else { without_filter()? };
    let shapes: Value = serde_json::from_str(SHAPES)?;
    let shapes = shapes["shapes"].as_array().ok_or("no shapes")?;
    for number in 0..calls {
        let texts = Texts(number);
        let body = answer(&shapes[number % shapes.len()]["body"], &texts);
        let _ = catch_unwind(AssertUnwindSafe(|| one(number, &texts, body)));
    }
    if let Some(prometheus) = guard.prometheus() {
        write!(std::io::stdout(), "{}", prometheus.text())?;
    }
    Ok(())
}

/// A subscriber of the program's own, whose layers take every span and every event.
fn without_filter() -> Result<Guard, Box<dyn Error>> {
    // On a busy machine, all of it may take longer than a program would wait.
    let patience = Duration::from_secs(60);
    let parts = Builder::new().with_console(false).with_flush_timeout(patience).build()?;
    let tracer = parts.tracer_provider().ok_or("no spans")?.tracer("program");
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let logs = OpenTelemetryTracingBridge::new(&parts.logger_provider().ok_or("no logs")?);
    let subscriber = tracing_subscriber::registry().with(spans).with(logs);
    tracing::subscriber::set_global_default(subscriber.with(llm_trace::layer()))?;
    Ok(parts.set_globals())
}

/// The canaries of one call.
struct Texts(usize);

impl Texts {
    fn get(&self, place: &str) -> String {
        format!("{MARK}-{}-{place} said \"so\"\nand ünd so on", self.0)
    }

    /// One word, as a name would be.
    fn word(&self, place: &str) -> String {
        format!("{MARK}-{}-{place}", self.0)
    }
}

#[derive(Debug)]
struct Failure {
    text: String,
    status: u16,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.text)
    }
}

impl Error for Failure {}

fn request(texts: &Texts) -> Value {
    json!({
        "model": "gpt-4o", "temperature": 0.5,
        "system": texts.get("system"),
        "messages": [
            {"role": "user", "content": texts.get("prompt")},
            {"role": "user", "content": [{"type": "text", "text": texts.word("part")}]},
            {"role": "assistant", "tool_calls": [{"id": "c", "function": {
                "name": "f", "arguments": json!({"city": texts.get("arguments")}).to_string()
            }}]}
        ],
        "tools": [{"type": "function", "function": {"name": "f", "description": texts.get("tool")}}],
        "headers": {"authorization": texts.word("header")}
    })
}

/// Fills a body with texts wherever a family has them.
fn answer(body: &Value, texts: &Texts) -> Value {
    let mut body = body.clone();
    let text = texts.get("answer");
    let call = json!({"function": {"name": "f", "arguments": texts.get("call")}});
    let more = json!({
        "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "content": text, "reasoning_content": text, "tool_calls": [call], "refusal": text
        }}],
        "content": [{"type": "text", "text": text}, {"type": "tool_use", "input": {"a": text}}],
        "candidates": [{"content": {"parts": [{"text": text}]}}],
        "private": {"headers": {"set-cookie": text}, text.as_str(): 1}
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// Makes a call, with what others say of it.
fn one(number: usize, texts: &Texts, body: Value) {
    let _around =
        tracing::info_span!("handle", question = texts.get("field"), id = number).entered();
    let outer = tracing::info_span!(
        "chat",
        gen_ai.operation.name = "chat",
        gen_ai.prompt = texts.get("foreign"),
        gen_ai.completion = texts.word("foreign"),
        gen_ai.input.messages = texts.get("foreign"),
        input.value = texts.get("foreign"),
        "llm.prompts.0.content" = texts.word("foreign"),
        langfuse.observation.output = texts.get("foreign"),
        http.url = format!("https://a.example/v1?q={}", texts.word("query")),
        error = texts.get("error"),
    );
    let _outer = outer.enter();
    let named = tracing::info_span!(target: "rig::agent_chat", "invoke_agent",
        otel.name = texts.get("name"), otel.status_description = texts.get("status"),
        gen_ai.system_instructions = texts.get("agent"), gen_ai.tool.call.result = texts.word("agent"),
        http.request.header.authorization = texts.word("header"), args = ?texts.word("args"),
    );
    let _named = named.enter();
    // Keys that begin as those of the core conventions do.
    let core = tracing::info_span!(
        "core",
        user.input = texts.get("core"),
        session.messages = texts.get("core"),
        http.request.body = texts.get("core"),
        mcp.params = texts.get("core"),
        error.cause = texts.get("core"),
        openai.request = texts.get("core"),
        log.record.original = texts.get("core"),
        event.data = texts.get("core"),
    );
    let _core = core.enter();
    say(texts);
    match number % 12 {
        0 => drop(chat(&request(texts), body)),
        1 => drop(refused(&texts.get("prompt"), &texts.get("error"))),
        2 => panics(&texts.get("prompt")),
        3 => poll_once(slow(&texts.get("prompt"), texts)),
        4 => drop(stream(&request(texts), texts).take(2).collect::<Vec<_>>()),
        5 => drop(stream(&request(texts), texts).collect::<Vec<_>>()),
        6 => drop(tool(&json!({"city": texts.get("arguments")}), texts)),
        7 => drop(plan(texts, body)),
        8 => drop(embed(&[texts.get("prompt"), texts.word("prompt")])),
        9 => drop(find(&texts.get("prompt"), texts)),
        10 => drop(raw(&texts.get("prompt"), body.to_string())),
        _ => drop(generate(&request(texts), body)),
    }
}

/// Says what Rig, its clients and a careless program say, at the levels at which they do.
fn say(texts: &Texts) {
    let (text, word) = (texts.get("event"), texts.word("event"));
    let payload = json!({"messages": [{"content": text}]});
    tracing::trace!(target: "rig::completions", "OpenAI Chat Completions request: {payload}");
    tracing::trace!(target: "rig::streaming", "reply: {payload:#}");
    tracing::debug!(target: "hyper::proto::h1::io", "flushed {word}");
    tracing::trace!(target: "reqwest::connect", header = %word, body = text, "sending");
    tracing::info!(target: "rig_agent::agent::engine", "Current conversation: {text}");
    tracing::info!("{word}");
    tracing::info!(user_said = text, tag = word, "asked: {text}");
    let failure = Failure { text: text.clone(), status: 500 };
    tracing::warn!(error = &failure as &dyn Error, status_message = word, "retried");
    tracing::error!(error = %failure, "failed: {word}");
}

#[llm_span(provider = "openai", request = request)]
fn chat(request: &Value, body: Value) -> Value {
    let _ = request;
    current().record_event("retried", []);
    body
}

#[llm_span(model = "claude-sonnet-4-5", provider = "anthropic")]
fn refused(prompt: &str, text: &str) -> Result<Value, Failure> {
    let text = format!("{text}: {prompt}");
    Err(Failure { text, status: 429 })
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn panics(prompt: &str) {
    panic!("{prompt}");
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn slow(prompt: &str, texts: &Texts) -> String {
    tracing::info!("{prompt}");
    tokio::task::yield_now().await;
    texts.get("answer")
}

fn poll_once(future: impl Future) {
    let mut future = std::pin::pin!(future);
    let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}

#[llm_span(stream, provider = "openai", request = request)]
fn stream(request: &Value, texts: &Texts) -> Box<dyn Iterator<Item = Result<Value, Failure>>> {
    let _ = request;
    let piece = |text: String| {
        json!({"choices": [{"index": 0, "delta": {"content": text, "tool_calls": [
            {"index": 0, "function": {"name": "f", "arguments": text}}
        ]}}]})
    };
    let pieces = [texts.get("one"), texts.word("two"), texts.get("three")].map(piece).map(Ok);
    let failure = Failure { text: texts.get("error"), status: 503 };
    Box::new(pieces.into_iter().chain([Err(failure)]))
}

#[llm_span(tool = "weather", prompt = arguments)]
fn tool(arguments: &Value, texts: &Texts) -> Value {
    let _ = arguments;
    json!({"weather": texts.get("result")})
}

#[llm_span(agent = "planner")]
fn plan(texts: &Texts, body: Value) -> Result<Value, Failure> {
    let _ = chat(&request(texts), body);
    let _ = tool(&json!([texts.word("arguments")]), texts);
    Err(Failure { text: texts.get("error"), status: 500 })
}

#[llm_span(operation = "embeddings", model = "text-embedding-3-small", provider = "openai", prompt = texts)]
fn embed(texts: &[String]) -> Value {
    let _ = texts;
    json!({"data": [{"embedding": [0.5, 0.25]}], "usage": {"prompt_tokens": 3, "total_tokens": 3}})
}

#[llm_span(retrieval = "kb")]
fn find(prompt: &str, texts: &Texts) -> Vec<String> {
    vec![prompt.to_owned(), texts.get("document")]
}

#[llm_span(operation = "text_completion", model = "m", provider = custom("acme"))]
fn raw(prompt: &str, body: String) -> String {
    let _ = prompt;
    body
}

#[llm_span(operation = "generate_content", provider = "gcp.gemini", request = request)]
fn generate(request: &Value, body: Value) -> Value {
    let _ = request;
    body
}
