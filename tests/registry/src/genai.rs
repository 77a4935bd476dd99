//! Owns the shape of `genai.json`: facts of the conventions.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What we use of the conventions, and what we must not use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conventions {
    /// Where the facts come from and whose they are.
    pub about: String,
    /// The URL that stands for this state of the conventions.
    pub schema_url: String,
    /// Every attribute, deprecated ones included.
    pub attributes: Vec<Attribute>,
    /// The metrics of a client.
    pub metrics: Vec<Metric>,
    /// The events that are log records.
    pub events: Vec<Event>,
}

/// An event of the conventions: a log record with a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The name.
    pub name: String,
    /// What happened.
    pub brief: String,
}

/// An attribute of the conventions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// The key.
    pub key: String,
    /// The type of its values, such as `int` or `string[]`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The well-known values.
    #[serde(default)]
    pub values: Vec<String>,
    /// What it says.
    pub brief: String,
    /// Whether it is content, so that it needs the user's consent.
    #[serde(default)]
    pub content: bool,
    /// Whether it must not be used any more.
    #[serde(default)]
    pub deprecated: bool,
    /// What to use instead.
    pub successor: Option<String>,
}

/// A metric of the conventions, or one of ours in the same form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// The name.
    pub name: String,
    /// The kind of instrument, such as `histogram`.
    pub instrument: String,
    /// The type of the measurements: `int` or `double`.
    pub value: String,
    /// The unit.
    pub unit: String,
    /// What is measured.
    pub brief: String,
    /// The boundaries of the buckets, none but for histograms.
    pub buckets: Vec<f64>,
    /// When each attribute must be there, by its key.
    pub attributes: BTreeMap<String, Requirement>,
}

/// When an attribute must be there.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// When a condition holds.
    ConditionallyRequired,
    /// Only when asked for.
    OptIn,
    /// When it is at hand.
    Recommended,
    /// Always.
    Required,
}

impl Conventions {
    /// Returns an attribute by its key.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|known| known.key == key)
    }

    /// Returns an event by its name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|known| known.name == name)
    }

    /// Returns a metric by its name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|known| known.name == name)
    }
}
