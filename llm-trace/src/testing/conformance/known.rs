//! Owns what a row of the registry's tables is, and finds the row for a name.

use opentelemetry::{Array, Value};

use super::table::{ATTRIBUTES, METRICS};

/// What the registry says of an attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    pub(super) standing: Standing,
}

/// Whether an attribute may still be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Current,
    /// Not any more; its successor, where it has one.
    Deprecated(Option<&'static str>),
}

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Any,
    Bool,
    Double,
    Int,
    String,
    Strings,
    /// Of the attributes whose keys start with this one and a dot.
    Template,
}

/// What the registry says of a metric.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) instrument: &'static str,
    pub(super) is_integer: bool,
    pub(super) unit: &'static str,
    pub(super) buckets: &'static [f64],
    /// The attributes by their keys, and whether they have to be there.
    pub(super) attributes: &'static [(&'static str, bool)],
}

impl Attribute {
    pub(super) fn find(key: &str) -> Option<&'static Self> {
        ATTRIBUTES.iter().find(|known| match known.kind {
            Kind::Template => key.strip_prefix(known.key).is_some_and(|rest| rest.starts_with('.')),
            _ => known.key == key,
        })
    }
}

impl Metric {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|known| known.name == name)
    }
}

impl Kind {
    /// Returns whether a value is of this type.
    pub(super) fn holds(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Bool => matches!(value, Value::Bool(_)),
            Self::Double => matches!(value, Value::F64(_)),
            Self::Int => matches!(value, Value::I64(_)),
            Self::String | Self::Template => matches!(value, Value::String(_)),
            Self::Strings => matches!(value, Value::Array(Array::String(_))),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any => "any type",
            Self::Bool => "a boolean",
            Self::Double => "a double",
            Self::Int => "an int",
            Self::String | Self::Template => "a string",
            Self::Strings => "a list of strings",
        }
    }
}

/// Names the type of what was exported.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Array(Array::String(_)) => "a list of strings",
        Value::Array(_) => "a list",
        Value::Bool(_) => "a boolean",
        Value::F64(_) => "a double",
        Value::I64(_) => "an int",
        Value::String(_) => "a string",
        _ => "another type",
    }
}

/// Returns whether a name is one that the registry has to know.
pub(super) fn is_governed(name: &str) -> bool {
    name.starts_with("gen_ai.") || name.starts_with("llm_trace.")
}
