//! Owns the account of a configuration: each value, and where it is from. Secrets are hidden.

use std::collections::BTreeSet;

use super::env::Env;
use super::{Config, InitError, Settings};
use crate::export::Target;
use crate::pricing::nearest::nearest;

const TABLE: &str = include_str!("../variables.md");

/// A value that is in effect.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    pub(crate) what: &'static str,
    pub(crate) value: String,
    /// The variable or the method that it is from.
    pub(crate) from: String,
}

/// A configuration that is looked at, and not set up.
pub(crate) struct Inspected {
    pub(crate) config: Result<Config, InitError>,
    pub(crate) settings: Vec<Explained>,
    /// Variables that are set and have no effect.
    pub(crate) faults: Vec<String>,
}

/// A value: its name, the methods that say it and whether they did, its variables, and what it is.
struct Row {
    what: &'static str,
    method: &'static str,
    is_said: fn(&Settings) -> bool,
    variables: &'static [&'static str],
    value: fn(&Config) -> String,
}

macro_rules! row {
    ($what:literal, $method:literal, $is_said:expr, $variables:expr, $value:expr $(,)?) => {
        Row {
            what: $what,
            method: concat!("Builder::", $method),
            is_said: $is_said,
            variables: $variables,
            value: $value,
        }
    };
}

const ROWS: &[Row] = &[
    row!(
        "service name",
        "with_service_name",
        |it| it.service_name.is_some(),
        &["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"],
        |it| {
            let named = it.resource.iter().rfind(|it| it.key.as_str() == "service.name");
            named.map(|it| it.value.as_str().into_owned()).unwrap_or_default()
        },
    ),
    row!(
        "traces",
        "with_endpoint",
        |it| it.receiver.endpoint.is_some() || it.traces_receiver.endpoint.is_some(),
        &[
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_TRACES_EXPORTER"
        ],
        |it| receiver(it.traces.as_ref()),
    ),
    row!(
        "metrics",
        "with_endpoint",
        |it| it.receiver.endpoint.is_some() || it.metrics_receiver.endpoint.is_some(),
        &[
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_METRICS_EXPORTER"
        ],
        |it| receiver(it.metrics.as_ref()),
    ),
    row!(
        "logs",
        "with_endpoint",
        |it| it.receiver.endpoint.is_some() || it.logs_receiver.endpoint.is_some(),
        &["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_LOGS_EXPORTER"],
        |it| receiver(it.logs.as_ref()),
    ),
    row!(
        "headers",
        "with_header",
        |it| !it.receiver.headers.is_empty() || !it.traces_receiver.headers.is_empty(),
        &["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"],
        |it| {
            let targets = [&it.traces, &it.metrics, &it.logs].into_iter().flatten();
            let names = targets.flat_map(|target| &target.headers).map(|(name, _)| &**name);
            let names: BTreeSet<_> = names.collect();
            let names: Vec<_> = names.into_iter().map(|name| format!("{name}=…")).collect();
            or_none(names.join(", "))
        },
    ),
    row!(
        "console",
        "with_console",
        |it| it.console.is_some() || it.traces_exporters.is_some(),
        &["OTEL_TRACES_EXPORTER"],
        |it| {
            let others = [(it.printed.metrics, "metrics"), (it.printed.logs, "logs")];
            let shown = [(it.console, "traces")].into_iter().chain(others);
            let shown: Vec<_> = shown.filter(|(is_on, _)| *is_on).map(|(_, what)| what).collect();
            if shown.is_empty() { on(false) } else { shown.join(", ") }
        },
    ),
    row!(
        "JSON file",
        "with_json_file",
        |it| it.json_file.is_some(),
        &["LLM_TRACE_JSON_FILE"],
        |it| {
            or_none(
                it.json_file
                    .as_ref()
                    .map(|(_, path)| path.display().to_string())
                    .unwrap_or_default(),
            )
        }
    ),
    row!(
        "Prometheus",
        "with_prometheus",
        |it| it.metrics.prometheus.is_some() || it.metrics.prometheus_text,
        &["OTEL_METRICS_EXPORTER"],
        |it| match &it.measuring.prometheus {
            Some((host, port)) => format!("http://{host}:{port}/metrics"),
            None => on(it.measuring.has_prometheus_text),
        },
    ),
    row!("sampler", "with_sampler", |it| it.sampler.is_some(), &["OTEL_TRACES_SAMPLER"], |it| {
        format!("{:?}", it.sampler)
    }),
    row!(
        "tail sampling",
        "with_tail_sampling",
        |it| it.tail.is_some(),
        &["LLM_TRACE_TAIL_RATIO"],
        |it| it.tail.map_or_else(|| "off".to_owned(), |rule| format!("ratio {}", rule.ratio)),
    ),
    row!(
        "propagators",
        "with_propagators",
        |it| it.propagators.is_some(),
        &["OTEL_PROPAGATORS"],
        |it| {
            let known = [
                (it.propagators.trace_context, "tracecontext"),
                (it.propagators.baggage, "baggage"),
            ];
            let names = known.into_iter().filter(|(is_on, _)| *is_on).map(|(_, name)| name);
            or_none(names.collect::<Vec<_>>().join(","))
        },
    ),
    row!(
        "metric interval",
        "with_metric_interval",
        |it| it.metrics.interval.is_some(),
        &["OTEL_METRIC_EXPORT_INTERVAL"],
        |it| format!("{:?}, {:?}", it.measuring.interval, it.measuring.temporality),
    ),
    row!("text log", "with_log_filter", |it| it.log_filter.is_some(), &["RUST_LOG"], |it| it
        .log_filter
        .as_ref()
        .map_or_else(|| "warn".to_owned(), |(_, filter)| filter.clone()),),
    row!(
        "exported events",
        "with_export_log_filter",
        |it| it.export_log_filter.is_some(),
        &["LLM_TRACE_EXPORT_LOG_FILTER"],
        |it| it.export_log_filter.1.clone(),
    ),
    row!(
        "content",
        "with_capture",
        |it| it.capture.is_some(),
        &["LLM_TRACE_CAPTURE", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"],
        |it| format!("{:?}", it.content.capture).to_lowercase(),
    ),
    row!("hash key", "with_hash_key", |it| it.hash_key.is_some(), &["LLM_TRACE_HASH_KEY"], |it| {
        if it.hash_key.is_some() { "set, hidden" } else { "one of this process" }.to_owned()
    }),
    row!("SDK", "with_sdk_disabled", |it| it.disabled.is_some(), &["OTEL_SDK_DISABLED"], |it| {
        on(!it.is_disabled)
    }),
];

impl Config {
    /// Reads a configuration with an account of it.
    pub(crate) fn inspect(
        settings: Settings,
        variable: &dyn Fn(&str) -> Option<String>,
        set: impl Iterator<Item = String>,
    ) -> Inspected {
        let env = Env(variable);
        let from = |row: &Row| {
            let named = || row.variables.iter().find(|name| env.get(name).is_some());
            let said = (row.is_said)(&settings).then_some(row.method);
            said.or_else(|| named().copied()).unwrap_or("default").to_owned()
        };
        let from: Vec<_> = ROWS.iter().map(from).collect();
        let config = Self::read(settings, variable);
        let settings = match &config {
            Ok(config) => ROWS
                .iter()
                .zip(from)
                .map(|(row, from)| Explained { what: row.what, value: (row.value)(config), from })
                .collect(),
            Err(_) => Vec::new(),
        };
        Inspected { config, settings, faults: strangers(set) }
    }
}

fn receiver(target: Option<&Target>) -> String {
    let Some(Target { url, protocol, compression, timeout, .. }) = target else {
        return "no receiver".to_owned();
    };
    format!("{url} ({}, compression {}, {timeout:?})", protocol.as_str(), compression.as_str())
}

fn on(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

/// Returns what to say of variables that are set and not in the table.
fn strangers(set: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    for name in TABLE.split('`').skip(1).step_by(2) {
        known.insert(name.to_owned());
        if let Some(rest) = name.strip_prefix("OTEL_EXPORTER_OTLP_") {
            known.extend(
                ["TRACES", "METRICS", "LOGS"].map(|it| format!("OTEL_EXPORTER_OTLP_{it}_{rest}")),
            );
        }
    }
    let (honoured, not) = TABLE.split_once("# Not honoured").unwrap_or((TABLE, ""));
    let mut said = Vec::new();
    for name in set {
        let is_ours = ["OTEL_", "LLM_TRACE_"].iter().any(|start| name.starts_with(start));
        let quoted = format!("`{name}`");
        if !is_ours {
        } else if not.contains(&quoted) && !honoured.contains(&quoted) {
            said.push(format!("{name} is set, and has no effect here"));
        } else if !known.contains(&name) {
            let known: Vec<_> = known.iter().map(|it| &**it).collect();
            let meant = nearest(&name, &known);
            let hint = meant.map(|it| format!("; did you mean {it}?")).unwrap_or_default();
            said.push(format!("{name} is not known{hint}"));
        }
    }
    said
}
