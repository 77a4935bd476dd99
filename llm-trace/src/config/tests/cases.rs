//! What each variable does, with what the builder says otherwise.

use opentelemetry_sdk::metrics::Temporality as SdkTemporality;

use super::*;
use crate::export::{Compression, Protocol, Target};

/// A variable, with others that it needs, what it means, and what the builder says otherwise.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) value: &'static str,
    pub(super) with: &'static [(&'static str, &'static str)],
    pub(super) is_meant: fn(&Config) -> bool,
    pub(super) otherwise: fn(&mut Settings),
}

const ENDPOINT: &[(&str, &str)] = &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318")];
pub(super) const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
pub(super) const OTLP: &[(&str, &str)] = &[
    ("OTEL_TRACES_EXPORTER", "otlp"),
    ("OTEL_METRICS_EXPORTER", "otlp"),
    ("OTEL_LOGS_EXPORTER", "otlp"),
];
const KEY: &str = "0f0e0d0c0b0a09080706050403020100f0e0d0c0b0a090807060504030201000";

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn text(config: &Config, key: &str) -> Option<String> {
    let named = config.resource.iter().rfind(|attribute| attribute.key.as_str() == key)?;
    Some(named.value.as_str().into_owned())
}

macro_rules! case {
    ($name:literal, $value:expr, $with:expr, $is_meant:expr, $otherwise:expr $(,)?) => {
        Case { name: $name, value: $value, with: $with, is_meant: $is_meant, otherwise: $otherwise }
    };
}

pub(super) const CASES: &[Case] = &[
    case!("OTEL_SDK_DISABLED", "true", &[], |it| it.is_disabled, |it| it.disabled = Some(false)),
    case!(
        "OTEL_SERVICE_NAME",
        "shop",
        &[],
        |it| text(it, "service.name").as_deref() == Some("shop"),
        |it| it.service_name = Some("code".to_owned()),
    ),
    case!(
        "OTEL_RESOURCE_ATTRIBUTES",
        "deployment.environment.name=test",
        &[],
        |it| text(it, "deployment.environment.name").as_deref() == Some("test"),
        |it| it.resource.push(KeyValue::new("deployment.environment.name", "code")),
    ),
    case!(
        "OTEL_PROPAGATORS",
        "baggage",
        &[],
        |it| it.propagators == Propagators { trace_context: false, baggage: true },
        |it| it.propagators = Some(vec![Propagator::TraceContext]),
    ),
    case!("OTEL_LOG_LEVEL", "DEBUG", &[], |it| it.sdk_log_level == Some("debug"), |it| it
        .sdk_log_level =
        Some("none".to_owned()),),
    case!(
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "7",
        &[],
        |it| it.limits.attributes == 7 && it.log_limits.attributes == 7,
        |it| it.span_limits = Limits::new().with_attributes(8),
    ),
    case!(
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "7",
        &[],
        |it| it.limits.value_length == Some(7) && it.log_limits.value_length == Some(7),
        |it| it.log_limits = Limits::new().with_value_length(8),
    ),
    case!(
        "LLM_TRACE_JSON_FILE",
        "out.jsonl",
        &[],
        |it| it.json_file.as_ref().is_some_and(|(_, path)| path.ends_with("out.jsonl")),
        |it| it.json_file = Some("code.jsonl".into()),
    ),
    case!(
        "LLM_TRACE_HASH_KEY",
        KEY,
        &[],
        |it| it.hash_key.as_ref().is_some_and(
            |key| format!("{key:?}") == format!("{:?}", KEY.parse::<HashKey>().unwrap())
        ),
        |it| it.hash_key = KEY.replace('f', "e").parse().ok(),
    ),
    case!(
        "LLM_TRACE_PRICE_FILE",
        "prices.json",
        &[],
        |it| it.price_file.as_ref().is_some_and(|(_, path)| path.ends_with("prices.json")),
        |it| it.price_file = Some("code.json".into()),
    ),
    case!("LLM_TRACE_CAPTURE", "full", &[], |it| it.content.capture == Capture::Full, |it| it
        .capture =
        Some(Capture::Off),),
    case!(
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        "EVENT_ONLY",
        &[],
        |it| it.content.on == ContentOn::Events,
        |it| it.content_on = Some(ContentOn::Spans),
    ),
    case!("LLM_TRACE_ERROR_TEXT", "true", &[], |it| it.content.error_text, |it| it.error_text =
        Some(false),),
    case!(
        "OTEL_TRACES_EXPORTER",
        "console,otlp",
        &[],
        |it| it.console && it.traces.is_some(),
        |it| {
            it.traces_exporters = Some(vec![Exporter::Otlp]);
        }
    ),
    case!("OTEL_TRACES_SAMPLER", "always_off", &[], |it| it.sampler == Sampler::AlwaysOff, |it| {
        it.sampler = Some(Sampler::AlwaysOn);
    },),
    case!(
        "OTEL_TRACES_SAMPLER_ARG",
        "0.25",
        &[("OTEL_TRACES_SAMPLER", "traceidratio")],
        |it| it.sampler == Sampler::TraceIdRatio(0.25),
        |it| it.sampler = Some(Sampler::AlwaysOn),
    ),
    case!("OTEL_BSP_MAX_QUEUE_SIZE", "600", &[], |it| it.batches.queue == 600, |it| {
        it.span_batching = Batching::new().with_queue_size(700);
    }),
    case!("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "7", &[], |it| it.batches.size == 7, |it| {
        it.span_batching = Batching::new().with_batch_size(8);
    }),
    case!("OTEL_BSP_SCHEDULE_DELAY", "7", &[], |it| it.batches.delay == millis(7), |it| {
        it.span_batching = Batching::new().with_delay(millis(8));
    }),
    case!(
        "OTEL_BSP_EXPORT_TIMEOUT",
        "7",
        ENDPOINT,
        |it| of(it.traces.as_ref()).timeout == millis(7),
        |it| {
            it.span_batching = Batching::new().with_export_timeout(millis(8));
        }
    ),
    case!("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "7", &[], |it| it.limits.attributes == 7, |it| {
        it.span_limits = Limits::new().with_attributes(8);
    }),
    case!(
        "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "7",
        &[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "9")],
        |it| it.limits.value_length == Some(7),
        |it| it.span_limits = Limits::new().with_value_length(8),
    ),
    case!("OTEL_SPAN_EVENT_COUNT_LIMIT", "7", &[], |it| it.limits.events == 7, |it| {
        it.span_limits = Limits::new().with_events(8);
    }),
    case!("OTEL_SPAN_LINK_COUNT_LIMIT", "7", &[], |it| it.limits.links == 7, |it| {
        it.span_limits = Limits::new().with_links(8);
    }),
    case!(
        "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
        "7",
        &[],
        |it| it.limits.event_attributes == 7,
        |it| {
            it.span_limits = Limits::new().with_event_attributes(8);
        }
    ),
    case!("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "7", &[], |it| it.limits.link_attributes == 7, |it| {
        it.span_limits = Limits::new().with_link_attributes(8);
    }),
    case!(
        "OTEL_METRICS_EXPORTER",
        "otlp,console",
        &[],
        |it| it.metrics.is_some() && it.printed.metrics,
        |it| it.metrics_exporters = Some(Vec::new()),
    ),
    case!("OTEL_METRIC_EXPORT_INTERVAL", "7", &[], |it| it.measuring.interval == millis(7), |it| {
        it.metrics.interval = Some(millis(8));
    }),
    case!(
        "OTEL_METRIC_EXPORT_TIMEOUT",
        "7",
        ENDPOINT,
        |it| of(it.metrics.as_ref()).timeout == millis(7),
        |it| it.metrics.timeout = Some(millis(8)),
    ),
    case!(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "Delta",
        &[],
        |it| it.measuring.temporality == SdkTemporality::Delta,
        |it| it.metrics.temporality = Some(Temporality::LowMemory),
    ),
    case!(
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "base2_exponential_bucket_histogram",
        &[],
        |it| it.measuring.has_exponential_histograms,
        |it| it.metrics.histograms = Some(HistogramAggregation::ExplicitBuckets),
    ),
    case!(
        "OTEL_EXPORTER_PROMETHEUS_HOST",
        "::1",
        &[("OTEL_METRICS_EXPORTER", "prometheus")],
        |it| it.measuring.prometheus == Some(("::1".to_owned(), 9464)),
        |it| it.metrics.prometheus = Some(("127.0.0.1".to_owned(), 9464)),
    ),
    case!(
        "OTEL_EXPORTER_PROMETHEUS_PORT",
        "7",
        &[("OTEL_METRICS_EXPORTER", "prometheus")],
        |it| it.measuring.prometheus == Some(("localhost".to_owned(), 7)),
        |it| it.metrics.prometheus = Some(("localhost".to_owned(), 8)),
    ),
    case!(
        "OTEL_LOGS_EXPORTER",
        "console,otlp",
        &[],
        |it| it.logs.is_some() && it.printed.logs,
        |it| it.logs_exporters = Some(Vec::new()),
    ),
    case!(
        "LLM_TRACE_EXPORT_LOG_FILTER",
        "warn",
        &[],
        |it| it.export_log_filter.1 == "warn",
        |it| it.export_log_filter = Some("off".to_owned()),
    ),
    case!("OTEL_BLRP_MAX_QUEUE_SIZE", "600", &[], |it| it.log_batches.queue == 600, |it| {
        it.log_batching = Batching::new().with_queue_size(700);
    }),
    case!("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "7", &[], |it| it.log_batches.size == 7, |it| {
        it.log_batching = Batching::new().with_batch_size(8);
    }),
    case!("OTEL_BLRP_SCHEDULE_DELAY", "7", &[], |it| it.log_batches.delay == millis(7), |it| {
        it.log_batching = Batching::new().with_delay(millis(8));
    }),
    case!(
        "OTEL_BLRP_EXPORT_TIMEOUT",
        "7",
        ENDPOINT,
        |it| of(it.logs.as_ref()).timeout == millis(7),
        |it| {
            it.log_batching = Batching::new().with_export_timeout(millis(8));
        }
    ),
    case!(
        "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
        "7",
        &[],
        |it| it.log_limits.attributes == 7,
        |it| {
            it.log_limits = Limits::new().with_attributes(8);
        }
    ),
    case!(
        "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "7",
        &[],
        |it| it.log_limits.value_length == Some(7),
        |it| it.log_limits = Limits::new().with_value_length(8),
    ),
    case!(
        "RUST_LOG",
        "debug",
        &[],
        |it| it.log_filter.as_ref().is_some_and(|(_, filter)| filter == "debug"),
        |it| it.log_filter = Some("off".to_owned()),
    ),
];

/// Variables that are tested where what they steer is, and the file of the test.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("LLM_TRACE_BAGGAGE", include_str!("mod.rs")),
    ("LLM_TRACE_HASH_KEY_PREVIOUS", include_str!("mod.rs")),
    ("LLM_TRACE_METRIC_ATTRIBUTES", include_str!("mod.rs")),
    ("LLM_TRACE_OPEN_TARGETS", include_str!("mod.rs")),
    ("LLM_TRACE_PROPAGATED", include_str!("mod.rs")),
    ("LLM_TRACE_SPOOL_DIR", include_str!("mod.rs")),
    ("LLM_TRACE_SPOOL_MAX_BYTES", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_RATIO", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_SLOW", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_COST", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_MAX_TRACES", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_MAX_SPANS", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_MAX_BYTES", include_str!("mod.rs")),
    ("LLM_TRACE_TAIL_MAX_AGE", include_str!("mod.rs")),
];

/// A variable of the receiver: a value, its meaning, and what the builder says otherwise.
pub(super) type OfReceiver = (&'static str, String, fn(&Target) -> bool, fn(Receiver) -> Receiver);

pub(super) fn of_receivers() -> [OfReceiver; 9] {
    // Any file will do for what is only read.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").to_owned();
    [
        (
            "ENDPOINT",
            "http://b:1/v1".to_owned(),
            |it| it.url.starts_with("http://b:1/v1"),
            |it| it.with_endpoint("http://c:1"),
        ),
        (
            "PROTOCOL",
            "http/json".to_owned(),
            |it| it.protocol == Protocol::HttpJson,
            |it| it.with_protocol(Protocol::HttpProtobuf),
        ),
        (
            "HEADERS",
            "x-key=a%20b".to_owned(),
            |it| it.headers.last() == Some(&("x-key".to_owned(), "a b".to_owned())),
            |it| it.with_header("x-key", "code"),
        ),
        ("TIMEOUT", "7".to_owned(), |it| it.timeout == millis(7), |it| it.with_timeout(millis(8))),
        (
            "COMPRESSION",
            "zstd".to_owned(),
            |it| it.compression == Compression::Zstd,
            |it| it.with_compression(Compression::None),
        ),
        (
            "INSECURE",
            "true".to_owned(),
            |it| it.url == "http://bare:1",
            |it| it.with_insecure(false),
        ),
        (
            "CERTIFICATE",
            file.clone(),
            |it| is_file(it.tls.certificate.as_deref()),
            |it| it.with_certificate(OTHER),
        ),
        (
            "CLIENT_CERTIFICATE",
            file.clone(),
            |it| is_file(it.tls.identity.as_ref().map(|(certificate, _)| &**certificate)),
            |it| it.with_client_identity(OTHER, OTHER),
        ),
        (
            "CLIENT_KEY",
            file,
            |it| is_file(it.tls.identity.as_ref().map(|(_, key)| &**key)),
            |it| it.with_client_identity(OTHER, OTHER),
        ),
    ]
}

fn is_file(bytes: Option<&[u8]>) -> bool {
    bytes.is_some_and(|bytes| bytes.starts_with(b"[package]"))
}

pub(super) fn of(target: Option<&Target>) -> &Target {
    target.unwrap()
}
