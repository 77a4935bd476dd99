//! Runs a case in every set-up that a program may have, and holds what left the process to what
//! the provider's bodies said.

use std::fmt::Write;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use llm_trace::{Builder, Parts};
use llm_trace_emulator::{Emulator, Used};
use opentelemetry::trace::TracerProvider;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::case::{Case, Expected, How, SECRETS};
use crate::receiver::{Receiver, attribute};
use crate::versions::Tells;

/// The annotated agent of a release and a provider.
pub(crate) type Run = fn(String, How) -> Pin<Box<dyn Future<Output = Result<(), ()>>>>;

/// How the program has set up its subscriber.
#[derive(Clone, Copy, Debug)]
enum Setup {
    /// As `llm_trace::init` does.
    Default,
    /// With the filter that Rig's documentation gives, for the spans and for the logs.
    RigsFilter,
    /// With all events exported as logs: Rig's at TRACE are whole requests and answers.
    AllLogs,
    /// With an OpenTelemetry layer of its own and no filter at all: all these events are on the
    /// spans, until they come to the exporter.
    Unfiltered,
}

/// Runs a case in each set-up.
pub(crate) fn check(run: Run, tells: Tells, case: &Case) {
    for setup in [Setup::Default, Setup::RigsFilter, Setup::AllLogs, Setup::Unfiltered] {
        let receiver = Receiver::start();
        let used = trace(run, tells, case, setup, &receiver.url());
        let spans = receiver.spans();
        let at = format!("{setup:?}:\n{}", drawn(&spans));
        for secret in SECRETS {
            assert!(!receiver.contains(secret), "`{secret}` was exported; {at}");
        }
        assert_whole(&spans, case.how, tells, &at);
        assert_outcome(&spans, case, tells, &at);
        assert_totals(&spans, case, &used, &at);
    }
}

/// Runs every case again and again where Rig says all that it can say, and looks for nothing but what
/// must not leave. With both set-ups, four releases and four providers it is ten thousand model calls.
pub(crate) fn check_often(run: Run, tells: Tells, cases: &[Case]) {
    const RUNS: usize = 200;
    for setup in [Setup::AllLogs, Setup::Unfiltered] {
        let receiver = Receiver::start();
        let (parts, dispatch) = set_up(setup, &receiver.url());
        for case in cases.iter().cycle().take(RUNS) {
            ask(run, tells, case, &dispatch);
        }
        drop(dispatch);
        parts.guard.shutdown().unwrap();
        let spans = receiver.spans();
        let ours = spans.iter().filter(|span| is_ours(span)).count();
        let calls = spans.iter().filter(|span| is_call(span)).count();
        assert!(ours == RUNS && calls >= RUNS * 13 / 8, "{setup:?}: {ours} runs and {calls} calls");
        for secret in SECRETS {
            assert!(!receiver.contains(secret), "`{secret}` was exported; {setup:?}");
        }
    }
}

/// Asserts that what is looked for is there to be found: in what Rig gives to a text log.
pub(crate) fn assert_planted(run: Run, case: &Case, secrets: &[&str]) {
    let log = Log::default();
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
    ask(run, Tells::ALL, case, &dispatch);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for secret in secrets {
        assert!(log.contains(secret), "`{secret}` is nowhere in:\n{log}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Runs the agent once, and returns what each answer of the provider said was used.
fn trace(run: Run, tells: Tells, case: &Case, setup: Setup, url: &str) -> Vec<Used> {
    let (parts, dispatch) = set_up(setup, url);
    let used = ask(run, tells, case, &dispatch);
    drop(dispatch);
    parts.guard.shutdown().unwrap();
    used
}

fn set_up(setup: Setup, url: &str) -> (Parts, Dispatch) {
    const RIGS_FILTER: &str = "info,rig=trace";
    let builder = Builder::new().with_endpoint(url).with_service_name("agents");
    let builder = match setup {
        Setup::Default | Setup::Unfiltered => builder,
        Setup::RigsFilter => builder.with_export_log_filter(RIGS_FILTER),
        Setup::AllLogs => builder.with_export_log_filter("trace"),
    };
    let parts = builder.build().unwrap();
    let registry = tracing_subscriber::registry();
    let dispatch = match setup {
        Setup::Default | Setup::AllLogs => Dispatch::new(registry.with(parts.layer())),
        Setup::RigsFilter => {
            let layer = parts.layer().with_filter(EnvFilter::new(RIGS_FILTER));
            Dispatch::new(registry.with(layer))
        }
        Setup::Unfiltered => {
            let tracer = parts.tracer_provider().unwrap().tracer("agents");
            let layer = tracing_opentelemetry::layer().with_tracer(tracer);
            Dispatch::new(registry.with(llm_trace::layer()).with(layer))
        }
    };
    (parts, dispatch)
}

fn ask(run: Run, tells: Tells, case: &Case, dispatch: &Dispatch) -> Vec<Used> {
    tracing::dispatcher::with_default(dispatch, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let emulator =
                Emulator::start(case.turns.clone()).await.unwrap().with_pace(Duration::ZERO);
            let emulator = if tells.cached { emulator } else { emulator.without_cache() };
            let outcome = run(emulator.url().to_owned(), case.how).await;
            let is_error = matches!(case.expected, Expected::Error(_));
            assert_eq!(outcome.is_err(), is_error, "Rig itself ended otherwise");
            emulator.used()
        })
    })
}

/// One trace, below one span; each key once; counts as numbers; names and kinds as they should be.
fn assert_whole(spans: &[Span], how: How, tells: Tells, at: &str) {
    assert!(spans.iter().all(|span| span.trace_id == spans[0].trace_id), "several traces; {at}");
    let roots: Vec<_> = spans.iter().filter(|span| span.parent_span_id.is_empty()).collect();
    assert!(matches!(roots[..], [root] if is_ours(root)), "not one root; {at}");
    for span in spans {
        let mut keys: Vec<_> = span.attributes.iter().map(|attribute| &attribute.key).collect();
        keys.sort();
        let before = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), before, "a key is there twice on {}; {at}", span.name);
        for attribute in &span.attributes {
            let is_count =
                attribute.key.starts_with("gen_ai.usage.") && attribute.key.ends_with("tokens");
            let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
            let is_number = matches!(value, Some(Value::IntValue(_)));
            assert!(!is_count || is_number, "{} is {value:?}; {at}", attribute.key);
        }
        let operation = text(span, "gen_ai.operation.name").unwrap_or_default();
        let (target, kind) = match operation {
            "chat" | "generate_content" => ("gen_ai.request.model", SpanKind::Client),
            "execute_tool" => ("gen_ai.tool.name", SpanKind::Internal),
            "invoke_agent" => ("gen_ai.agent.name", SpanKind::Internal),
            _ => panic!("{} is of no operation; {at}", span.name),
        };
        assert_eq!(span.kind(), kind, "{at}");
        match text(span, target) {
            Some(target) => assert_eq!(span.name, format!("{operation} {target}"), "{at}"),
            None => assert_eq!(span.name, operation, "{at}"),
        }
        if is_call(span) && (tells.model || matches!(how, How::Model)) {
            assert!(text(span, "gen_ai.request.model").is_some(), "no model; {at}");
            assert!(text(span, "gen_ai.provider.name").is_some(), "no provider; {at}");
        }
    }
}

fn assert_outcome(spans: &[Span], case: &Case, tells: Tells, at: &str) {
    let ours = ours(spans);
    let status = ours.status.as_ref().map_or(StatusCode::Unset, Status::code);
    let outcome = text(ours, "llm_trace.outcome");
    let error_type = text(ours, "error.type");
    match case.expected {
        Expected::Ok => {
            assert_eq!((outcome, status), (Some("ok"), StatusCode::Unset), "{at}");
            assert_eq!(error_type, None, "{at}");
        }
        Expected::Error(part) => {
            assert_eq!((outcome, status), (Some("error"), StatusCode::Error), "{at}");
            // Else it is the name of the error's type.
            let is_named = matches!(case.how, How::Stream) && !tells.status_of_stream;
            let part = if is_named { "StreamingError" } else { part };
            assert!(error_type.is_some_and(|it| it.contains(part)), "{error_type:?}; {at}");
        }
        Expected::Abandoned => {
            assert_eq!((outcome, status), (Some("abandoned"), StatusCode::Unset), "{at}");
        }
    }
}

/// What the bodies said, on our span and on those of the model calls: once each.
fn assert_totals(spans: &[Span], case: &Case, used: &[Used], at: &str) {
    let ours = ours(spans);
    let calls = spans.iter().filter(|span| is_call(span));
    let requests = i64::try_from(calls.clone().count()).unwrap();
    let total = number(ours, "llm_trace.total.calls").unwrap_or(0);
    assert_eq!(total, requests, "calls; {at}");
    let tools =
        spans.iter().filter(|span| text(span, "gen_ai.operation.name") == Some("execute_tool"));
    let answered =
        used.len() - usize::from(matches!(case.expected, Expected::Ok | Expected::Abandoned));
    if case.turns.len() > 1 {
        assert_eq!(tools.count(), answered, "tools; {at}");
    }
    let whole: Used = used.iter().copied().sum();
    for (expected, of_call, of_agent) in [
        (whole.input, "gen_ai.usage.input_tokens", "llm_trace.total.input_tokens"),
        (whole.output, "gen_ai.usage.output_tokens", "llm_trace.total.output_tokens"),
    ] {
        let expected = i64::try_from(expected).unwrap();
        let sum: i64 = calls.clone().filter_map(|span| number(span, of_call)).sum();
        match case.expected {
            // A provider says what was used at the end of a stream, which nobody read; Gemini also
            // on the way.
            Expected::Abandoned => assert!(sum <= expected, "{of_call} of a part; {at}"),
            _ => assert_eq!(sum, expected, "{of_call} of the model calls; {at}"),
        }
        assert_eq!(number(ours, of_agent).unwrap_or(0), sum, "{of_agent}; {at}");
        assert_eq!(number(ours, of_call), None, "counted twice: {of_call}; {at}");
    }
}

/// The span of the annotated function.
fn ours(spans: &[Span]) -> &Span {
    let mut ours = spans.iter().filter(|span| is_ours(span));
    let span = ours.next().unwrap_or_else(|| panic!("no span of ours:\n{}", drawn(spans)));
    assert!(ours.next().is_none(), "two spans of ours:\n{}", drawn(spans));
    span
}

fn is_ours(span: &Span) -> bool {
    attribute(span, "llm_trace.outcome").is_some()
}

/// Whether a span is Rig's of a model call.
fn is_call(span: &Span) -> bool {
    let operation = text(span, "gen_ai.operation.name");
    matches!(operation, Some("chat" | "generate_content")) && !is_ours(span)
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    match attribute(span, key)? {
        Value::StringValue(text) => Some(text),
        other => panic!("{key} is {other:?}"),
    }
}

fn number(span: &Span, key: &str) -> Option<i64> {
    match attribute(span, key)? {
        Value::IntValue(number) => Some(*number),
        other => panic!("{key} is {other:?}"),
    }
}

/// The spans with all that they say, for a test that fails.
fn drawn(spans: &[Span]) -> String {
    let mut drawing = String::new();
    for span in spans {
        let status = span.status.as_ref().map(Status::code);
        let (kind, trace, parent) = (span.kind(), &span.trace_id[..4], &span.parent_span_id);
        let _ = writeln!(
            drawing,
            "{} kind={kind:?} status={status:?} trace={trace:02x?} parent={parent:02x?}",
            span.name
        );
        for attribute in &span.attributes {
            let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
            let _ = writeln!(drawing, "    {} = {value:?}", attribute.key);
        }
        for event in &span.events {
            let _ = writeln!(drawing, "    event {}", event.name);
        }
    }
    drawing
}
