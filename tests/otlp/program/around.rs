//! A program with texts around its spans and log records: in scopes, in `tracestate`, in names, targets
//! and keys.

use std::error::Error;
use std::io;

use llm_trace::Builder;
use llm_trace::opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider};
use llm_trace::opentelemetry::trace::{
    Link, Span, SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
    Tracer, TracerProvider,
};
use llm_trace::opentelemetry::{Context, InstrumentationScope, KeyValue, global};
use tracing_subscriber::layer::SubscriberExt;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let parts = Builder::new().build()?;
    let subscriber = tracing_subscriber::registry().with(parts.layer());
    tracing::subscriber::set_global_default(subscriber)?;

    let tracer = parts.tracer_provider().ok_or("no spans")?.tracer_with_scope(scope());
    let state = TraceState::from_key_value([
        ("acme", "t61rcWkgMzE"),
        ("mail", "ann@example.com"),
        ("dd", "s:2;o:rum;t.dm:-4"),
    ])?;
    let remote = |id| {
        let (trace, span) = (TraceId::from(7), SpanId::from(id));
        SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state.clone())
    };
    let link = Link::new(remote(2), vec![KeyValue::new("app.prompt", "canary")], 0);
    let builder = SpanBuilder::from_name("ann@example.com").with_links(vec![link]);
    let parent = Context::new().with_remote_span_context(remote(1));
    let mut span = tracer.build_with_context(builder, &parent);
    span.set_attribute(KeyValue::new("by.ann@example.com", 1));
    span.add_event("session.ann@example.com", vec![]);
    span.end();

    let logger = parts.logger_provider().ok_or("no logs")?.logger_with_scope(scope());
    let mut record = logger.create_log_record();
    record.set_event_name("mail.ann@example.com");
    record.set_severity_text("ann@example.com");
    record.set_target("to ann@example.com");
    record.set_body(AnyValue::from("canary"));
    record.add_attribute("by.ann@example.com", 1);
    logger.emit(record);
    Ok(())
}

/// Says twice why something failed.
pub(crate) fn fail() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let error = io::Error::other("refused, said ann@example.com");
    let error: &dyn Error = &error;
    tracing::error!(error, exception.message = "refused", answer = 42, "failed");
    tracing::info_span!("fail", error, exception.message = "refused").in_scope(|| {});

    // Who records by the API may say anything twice.
    let twice = || [1, 2].map(|turn| KeyValue::new("app.turn", turn)).to_vec();
    let scope = InstrumentationScope::builder("twice").with_attributes(twice()).build();
    global::meter_with_scope(scope.clone()).u64_counter("said").build().add(1, &twice());
    let mut span = global::tracer_with_scope(scope).start("said");
    span.set_attributes(twice());
    span.add_event("said", twice());
    let (trace, id) = (TraceId::from(7), SpanId::from(2));
    let context = SpanContext::new(trace, id, TraceFlags::SAMPLED, true, TraceState::default());
    span.add_link(context, twice());
    span.end();
    Ok(())
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("tells ann@example.com")
        .with_version("1.0+ann@example.com")
        .with_schema_url("https://example.com/schema?canary")
        .with_attributes([KeyValue::new("prompt", "canary"), KeyValue::new("tenant", "acme")])
        .build()
}
