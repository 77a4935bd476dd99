//! Owns the instruments: their names, units and buckets, as the conventions advise them.

use opentelemetry::InstrumentationScope;
use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider};

use crate::semconv;

const CLIENT_SECONDS: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const AGENT_SECONDS: &[f64] =
    &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const CALLS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
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

/// The instruments of one meter provider.
#[derive(Debug)]
pub(super) struct Instruments {
    pub(super) client_duration: Histogram<f64>,
    pub(super) first_chunk: Histogram<f64>,
    pub(super) per_chunk: Histogram<f64>,
    pub(super) tokens: Histogram<u64>,
    pub(super) agent_duration: Histogram<f64>,
    pub(super) agent_inference_calls: Histogram<u64>,
    pub(super) agent_tool_calls: Histogram<u64>,
    pub(super) tool_duration: Histogram<f64>,
    pub(super) workflow_duration: Histogram<f64>,
    pub(super) cost: Counter<f64>,
}

impl Instruments {
    pub(super) fn new(provider: &(dyn MeterProvider + Send + Sync)) -> Self {
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
            first_chunk: seconds(
                &meter,
                semconv::CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
                "Time from the start of a streamed call to its first chunk.",
                CLIENT_SECONDS,
            ),
            per_chunk: seconds(
                &meter,
                semconv::CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK,
                "Time from one chunk of a streamed call to the next.",
                CLIENT_SECONDS,
            ),
            tokens: counts(
                &meter,
                semconv::CLIENT_TOKEN_USAGE,
                "{token}",
                "Number of input and output tokens used.",
                TOKENS,
            ),
            agent_inference_calls: counts(
                &meter,
                semconv::INVOKE_AGENT_INFERENCE_CALLS,
                "{inference_call}",
                "Number of inferences of an agent invocation.",
                CALLS,
            ),
            agent_tool_calls: counts(
                &meter,
                semconv::INVOKE_AGENT_TOOL_CALLS,
                "{tool_call}",
                "Number of tools that an agent invocation ran.",
                CALLS,
            ),
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

fn counts(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    boundaries: &[f64],
) -> Histogram<u64> {
    meter
        .u64_histogram(name)
        .with_unit(unit)
        .with_description(description)
        .with_boundaries(boundaries.to_vec())
        .build()
}
