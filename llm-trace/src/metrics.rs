//! Owns the instruments. Records every call, whether or not its span is sampled or even exists.
//!
//! The provider is the global one. An instrument made before a provider is set stays silent for
//! ever, so instruments are made per provider and looked up again on every call.

use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue, Value, global};

use crate::operation::Operation;
use crate::record::Record;
use crate::semconv;

type Provider = Arc<dyn MeterProvider + Send + Sync>;

const CLIENT_SECONDS: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const AGENT_SECONDS: &[f64] =
    &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const WORKFLOW_SECONDS: &[f64] =
    &[1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0];
const TOKENS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

static CACHE: RwLock<Option<(Provider, Arc<Instruments>)>> = RwLock::new(None);

#[derive(Debug)]
struct Instruments {
    client_duration: Histogram<f64>,
    tokens: Histogram<u64>,
    agent_duration: Histogram<f64>,
    tool_duration: Histogram<f64>,
    workflow_duration: Histogram<f64>,
    cost: Counter<f64>,
}

/// Returns whether a meter provider is set.
pub(crate) fn is_enabled() -> bool {
    !is_noop(&global::meter_provider())
}

/// Records one call.
pub(crate) fn record(record: &Record) {
    let provider = global::meter_provider();
    if !is_noop(&provider) {
        instruments(provider).record(record);
    }
}

/// The API offers no way to ask; its no-op provider is the one without any state.
fn is_noop(provider: &Provider) -> bool {
    size_of_val(&**provider) == 0
}

fn instruments(provider: Provider) -> Arc<Instruments> {
    let cache = CACHE.read().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, instruments)) = &*cache
        && Arc::ptr_eq(known, &provider)
    {
        return instruments.clone();
    }
    drop(cache);
    let instruments = Arc::new(Instruments::new(&*provider));
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    *cache = Some((provider, instruments.clone()));
    instruments
}

impl Instruments {
    fn new(provider: &(dyn MeterProvider + Send + Sync)) -> Self {
        let scope = InstrumentationScope::builder(semconv::SCOPE)
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(semconv::SCHEMA_URL)
            .build();
        let meter = provider.meter_with_scope(scope);
        Self {
            client_duration: seconds(
                &meter,
                semconv::CLIENT_OPERATION_DURATION,
                "GenAI operation duration.",
                CLIENT_SECONDS,
            ),
            tokens: meter
                .u64_histogram(semconv::CLIENT_TOKEN_USAGE)
                .with_unit("{token}")
                .with_description("Number of input and output tokens used.")
                .with_boundaries(TOKENS.to_vec())
                .build(),
            agent_duration: seconds(
                &meter,
                semconv::INVOKE_AGENT_DURATION,
                "Duration of an agent invocation.",
                AGENT_SECONDS,
            ),
            tool_duration: seconds(
                &meter,
                semconv::EXECUTE_TOOL_DURATION,
                "Duration of a tool execution.",
                CLIENT_SECONDS,
            ),
            workflow_duration: seconds(
                &meter,
                semconv::WORKFLOW_DURATION,
                "Duration of a workflow.",
                WORKFLOW_SECONDS,
            ),
            cost: meter
                .f64_counter(semconv::COST)
                .with_unit("{USD}")
                .with_description("Cost of model calls in US dollars.")
                .build(),
        }
    }

    fn record(&self, record: &Record) {
        let duration = record.duration.as_secs_f64();
        let request = &record.request;
        let attributes = &mut Vec::with_capacity(8);
        let histogram = match request.operation {
            Operation::ExecuteTool => {
                push(attributes, semconv::TOOL_NAME, request.target.clone());
                push(attributes, semconv::TOOL_TYPE, request.tool_type.clone());
                push(attributes, semconv::AGENT_NAME, request.agent.clone());
                &self.tool_duration
            }
            Operation::InvokeWorkflow => {
                push(attributes, semconv::WORKFLOW_NAME, request.target.clone());
                &self.workflow_duration
            }
            Operation::InvokeAgent if request.provider.is_none() => {
                push(attributes, semconv::AGENT_NAME, request.target.clone());
                push(attributes, semconv::REQUEST_MODEL, request.model.clone());
                &self.agent_duration
            }
            // What leaves the process, an agent that a provider hosts included.
            _ => {
                push_client(attributes, record);
                self.record_usage(attributes, record);
                &self.client_duration
            }
        };
        push(attributes, semconv::ERROR_TYPE, record.error_type.clone());
        histogram.record(duration, attributes);
    }

    fn record_usage(&self, attributes: &mut Vec<KeyValue>, record: &Record) {
        if let Some(Ok(cost)) = &record.cost {
            self.cost.add(cost.dollars, attributes);
        }
        let usage = &record.response.usage;
        for (kind, count) in [("input", usage.input()), ("output", usage.output())] {
            if let Some(count) = count {
                push(attributes, semconv::TOKEN_TYPE, Some(kind));
                self.tokens.record(count, attributes);
                attributes.pop();
            }
        }
    }
}

/// What every measurement of a call to a provider carries.
fn push_client(attributes: &mut Vec<KeyValue>, record: &Record) {
    let Record { request, response, .. } = record;
    let provider = request.provider.as_ref().map(|provider| provider.as_str().to_owned());
    push(attributes, semconv::OPERATION_NAME, Some(request.operation.as_str()));
    push(attributes, semconv::PROVIDER_NAME, provider);
    push(attributes, semconv::REQUEST_MODEL, request.model.clone());
    push(attributes, semconv::RESPONSE_MODEL, response.model.clone());
    push(attributes, semconv::SERVER_ADDRESS, request.server_address.clone());
    push(attributes, semconv::SERVER_PORT, request.server_port.map(i64::from));
}

fn push(attributes: &mut Vec<KeyValue>, key: &'static str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        attributes.push(KeyValue::new(key, value));
    }
}

fn seconds(
    meter: &Meter,
    name: &'static str,
    description: &'static str,
    boundaries: &[f64],
) -> Histogram<f64> {
    meter
        .f64_histogram(name)
        .with_unit("s")
        .with_description(description)
        .with_boundaries(boundaries.to_vec())
        .build()
}
