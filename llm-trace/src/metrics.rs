//! Owns the instruments. Records every call, whether or not its span is sampled or even exists.
//!
//! The provider is the global one. An instrument made before a provider is set stays silent for
//! ever, so instruments are made per provider and looked up again on every call.

use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue, global};

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
        let mut attributes = Vec::with_capacity(8);
        let request = &record.request;
        let remote = request.provider.is_some();
        let named = match request.operation {
            Operation::ExecuteTool => Some((&self.tool_duration, semconv::TOOL_NAME)),
            Operation::InvokeWorkflow => Some((&self.workflow_duration, semconv::WORKFLOW_NAME)),
            Operation::InvokeAgent => Some((&self.agent_duration, semconv::AGENT_NAME)),
            _ => None,
        };
        if let Some((histogram, key)) = named {
            if let Some(target) = &request.target {
                attributes.push(KeyValue::new(key, target.to_string()));
            }
            push_error(&mut attributes, record);
            histogram.record(duration, &attributes);
            if request.operation != Operation::InvokeAgent || !remote {
                return;
            }
            attributes.clear();
        }
        attributes.push(KeyValue::new(semconv::OPERATION_NAME, request.operation.as_str()));
        if let Some(provider) = &request.provider {
            attributes.push(KeyValue::new(semconv::PROVIDER_NAME, provider.as_str().to_owned()));
        }
        if let Some(model) = &request.model {
            attributes.push(KeyValue::new(semconv::REQUEST_MODEL, model.to_string()));
        }
        if let Some(model) = &record.response.model {
            attributes.push(KeyValue::new(semconv::RESPONSE_MODEL, model.clone()));
        }
        if let Some(address) = &request.server_address {
            attributes.push(KeyValue::new(semconv::SERVER_ADDRESS, address.to_string()));
            if let Some(port) = request.server_port {
                attributes.push(KeyValue::new(semconv::SERVER_PORT, i64::from(port)));
            }
        }
        if let Some(Ok(cost)) = &record.cost {
            self.cost.add(cost.dollars, &attributes);
        }
        let usage = &record.response.usage;
        for (kind, count) in [("input", usage.input()), ("output", usage.output())] {
            if let Some(count) = count {
                attributes.push(KeyValue::new(semconv::TOKEN_TYPE, kind));
                self.tokens.record(count, &attributes);
                attributes.pop();
            }
        }
        push_error(&mut attributes, record);
        self.client_duration.record(duration, &attributes);
    }
}

fn push_error(attributes: &mut Vec<KeyValue>, record: &Record) {
    if let Some(error_type) = &record.error_type {
        attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type.to_string()));
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
