//! Owns how far the ids and names of a call reach: to the calls below it, to metrics, and to other
//! services. Each is a list of keys, chosen once per process.

use std::sync::OnceLock;

use opentelemetry::KeyValue;

use crate::operation::Operation;
use crate::semconv;

static REACH: OnceLock<Reach> = OnceLock::new();

/// What reaches the calls below, unless something else is chosen.
const BELOW: [&str; 4] =
    [semconv::CONVERSATION_ID, semconv::USER_ID, semconv::PROMPT_NAME, semconv::PROMPT_VERSION];

/// The keys of the attributes that reach further than their call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reach {
    pub(crate) below: Vec<String>,
    pub(crate) metrics: Vec<String>,
    pub(crate) services: Vec<String>,
}

impl Default for Reach {
    fn default() -> Self {
        let below = BELOW.map(str::to_owned).to_vec();
        Self { below, metrics: Vec::new(), services: Vec::new() }
    }
}

impl Reach {
    /// Makes this the choice of the process; the first one stays.
    pub(crate) fn install(self) {
        let _ = REACH.set(self);
    }
}

/// Whether a call takes an attribute over from the call above it.
pub(crate) fn is_inherited(key: &str, operation: Operation) -> bool {
    let is_listed = match REACH.get() {
        Some(reach) => contains(&reach.below, key),
        None => BELOW.contains(&key),
    };
    // A tool is run by what the model answered, and not by the prompt.
    let is_of_prompt = key == semconv::PROMPT_NAME || key == semconv::PROMPT_VERSION;
    is_listed && (!is_of_prompt || operation.is_model_call() || operation == Operation::InvokeAgent)
}

/// Whether any attribute goes on metrics, so that it has to be known of every call.
pub(crate) fn is_measured() -> bool {
    REACH.get().is_some_and(|reach| !reach.metrics.is_empty())
}

/// Returns those of the attributes that go on metrics.
pub(crate) fn measured(attributes: &[KeyValue]) -> impl Iterator<Item = &KeyValue> {
    let keys = REACH.get().map_or(&[][..], |reach| &reach.metrics);
    keys.iter().filter_map(|key| attributes.iter().find(|it| it.key.as_str() == key))
}

/// Returns the keys that other services are told, and believed.
pub(crate) fn to_services() -> &'static [String] {
    REACH.get().map_or(&[], |reach| &reach.services)
}

fn contains(keys: &[String], key: &str) -> bool {
    keys.iter().any(|listed| listed == key)
}
