//! Owns [`Series`]: the instruments bound to the attributes of one kind of call.
//!
//! An SDK sorts and hashes all attributes for every measurement, which costs more than the span. A
//! call makes up to four measurements with the same attributes, and the next one has them again.

use std::borrow::Cow;
use std::sync::OnceLock;

use opentelemetry::metrics::{BoundCounter, BoundHistogram};
use opentelemetry::{KeyValue, Value};

use super::instruments::Instruments;
use super::screen;
use crate::chunks::Pace;
use crate::operation::Operation;
use crate::reach;
use crate::record::Record;
use crate::semconv;

/// The instruments of one kind of call.
#[derive(Debug)]
pub(super) struct Series {
    attributes: Vec<KeyValue>,
    duration: BoundHistogram<f64>,
    input_tokens: OnceLock<BoundHistogram<u64>>,
    output_tokens: OnceLock<BoundHistogram<u64>>,
    cost: OnceLock<BoundCounter<f64>>,
    first_chunk: OnceLock<BoundHistogram<f64>>,
    per_chunk: OnceLock<BoundHistogram<f64>>,
}

impl Series {
    pub(super) fn bind(instruments: &Instruments, record: &Record) -> Self {
        let Record { request, error_type, .. } = record;
        let attributes = &mut Vec::with_capacity(8);
        let duration = match request.operation {
            Operation::ExecuteTool => {
                push(attributes, semconv::TOOL_NAME, request.target.clone());
                push(attributes, semconv::TOOL_TYPE, request.tool_type.clone());
                push(attributes, semconv::AGENT_NAME, request.agent.clone());
                &instruments.tool_duration
            }
            Operation::InvokeWorkflow => {
                push(attributes, semconv::WORKFLOW_NAME, request.target.clone());
                &instruments.workflow_duration
            }
            Operation::InvokeAgent if request.provider.is_none() => {
                push(attributes, semconv::AGENT_NAME, request.target.clone());
                push(attributes, semconv::REQUEST_MODEL, request.model.clone());
                &instruments.agent_duration
            }
            // What leaves the process, an agent that a provider hosts included.
            _ => {
                push_client(attributes, record);
                &instruments.client_duration
            }
        };
        attributes.extend(reach::measured(&request.attributes).cloned());
        let mut with_error = std::mem::take(attributes);
        push(&mut with_error, semconv::ERROR_TYPE, error_type.clone());
        // Once for all calls of the kind: where the provider exports, the gate may not stand.
        screen::hold(&mut with_error);
        let without = with_error.iter().filter(|it| it.key.as_str() != semconv::ERROR_TYPE);
        let attributes: Vec<_> = without.cloned().collect();
        Self {
            attributes,
            duration: duration.bind(&with_error),
            input_tokens: OnceLock::new(),
            output_tokens: OnceLock::new(),
            cost: OnceLock::new(),
            first_chunk: OnceLock::new(),
            per_chunk: OnceLock::new(),
        }
    }

    /// Returns whether the attributes are those that they would be again: none was withheld because a
    /// redactor had no answer just now.
    pub(super) fn is_lasting(&self) -> bool {
        self.attributes.iter().all(|it| !screen::is_withheld(&it.value))
    }

    pub(super) fn record(&self, instruments: &Instruments, record: &Record) {
        self.duration.record(record.duration.as_secs_f64());
        if let Some(steps) = record.steps
            && record.request.operation == Operation::InvokeAgent
        {
            // Rare enough to be looked up every time.
            let name = record.request.target.clone();
            let attributes = &mut Vec::with_capacity(1);
            push(attributes, semconv::AGENT_NAME, name);
            attributes.extend(reach::measured(&record.request.attributes).cloned());
            screen::hold(attributes);
            instruments.agent_inference_calls.record(steps.inference_calls, attributes);
            instruments.agent_tool_calls.record(steps.tool_calls, attributes);
        }
        if !record.is_client() {
            return;
        }
        let usage = &record.response.usage;
        if let Some(count) = usage.input() {
            let bind = || self.tokens(instruments, "input");
            self.input_tokens.get_or_init(bind).record(count);
        }
        if let Some(count) = usage.output() {
            let bind = || self.tokens(instruments, "output");
            self.output_tokens.get_or_init(bind).record(count);
        }
        if let Some(Ok(cost)) = &record.cost {
            self.cost.get_or_init(|| instruments.cost.bind(&self.attributes)).add(cost.dollars);
        }
        if let Some(pace) = &record.pace {
            self.stream(instruments, pace);
        }
    }

    fn stream(&self, instruments: &Instruments, pace: &Pace) {
        if let Some(to_first) = pace.to_first() {
            let bind = || instruments.first_chunk.bind(&self.attributes);
            self.first_chunk.get_or_init(bind).record(to_first.as_secs_f64());
        }
        for gap in pace.gaps() {
            let bind = || instruments.per_chunk.bind(&self.attributes);
            self.per_chunk.get_or_init(bind).record(gap.as_secs_f64());
        }
    }

    fn tokens(&self, instruments: &Instruments, kind: &'static str) -> BoundHistogram<u64> {
        let mut attributes = self.attributes.clone();
        push(&mut attributes, semconv::TOKEN_TYPE, Some(kind));
        instruments.tokens.bind(&attributes)
    }
}

/// What every measurement of a call to a provider carries.
fn push_client(attributes: &mut Vec<KeyValue>, record: &Record) {
    let Record { request, response, .. } = record;
    let provider = request.provider.as_ref().map(|provider| provider.as_str().to_owned());
    push(attributes, semconv::OPERATION_NAME, Some(request.operation_name));
    push(attributes, semconv::PROVIDER_NAME, provider);
    push(attributes, semconv::REQUEST_MODEL, request.model.clone());
    push(attributes, semconv::RESPONSE_MODEL, response.model.clone().map(Cow::Owned));
    push(attributes, semconv::SERVER_ADDRESS, request.server_address.clone());
    push(attributes, semconv::SERVER_PORT, request.server_port.map(i64::from));
}

fn push(attributes: &mut Vec<KeyValue>, key: &'static str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        attributes.push(KeyValue::new(key, value));
    }
}
