//! Owns the shape of weaver's `definition/2`, as far as our registry uses it; the rest is refused.

use serde::Deserialize;
use serde_json::Value;

use crate::genai::{Metric, Requirement};

/// A file of definitions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The version of the language, `definition/2`.
    pub file_format: String,
    /// The attributes that we add.
    pub attributes: Vec<OwnAttribute>,
    /// The metrics that we add.
    pub metrics: Vec<MetricDefinition>,
}

/// An attribute that we add.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnAttribute {
    /// The key.
    pub key: String,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: Type,
    /// What it says, in one sentence.
    pub brief: String,
    /// What else there is to say.
    pub note: Option<String>,
    /// Values as they may be.
    #[serde(default)]
    pub examples: Vec<Value>,
    /// How far it may still change.
    pub stability: String,
}

/// The type of an attribute's values.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Type {
    /// One that has a name, such as `int`.
    Named(String),
    /// A string out of a few.
    Enum {
        /// The strings.
        members: Vec<Member>,
    },
}

/// A value of an enumeration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name of the member.
    pub id: String,
    /// The value that is exported.
    pub value: String,
    /// What it says, in one sentence.
    pub brief: String,
    /// How far it may still change.
    pub stability: String,
}

/// A metric that we add.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricDefinition {
    /// The name.
    pub name: String,
    /// The kind of instrument.
    pub instrument: String,
    /// The unit, by UCUM.
    pub unit: String,
    /// What is measured, in one sentence.
    pub brief: String,
    /// What else there is to say.
    pub note: Option<String>,
    /// How far it may still change.
    pub stability: String,
    /// Hints for generators.
    pub annotations: Annotations,
    /// The attributes of a measurement.
    pub attributes: Vec<Reference>,
}

/// Hints for generators.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annotations {
    /// Hints for those that write code.
    pub code_generation: CodeGeneration,
}

/// Hints for those that write code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeGeneration {
    /// The type of the measurements: `int` or `double`.
    pub metric_value_type: String,
}

/// A reference to an attribute that is defined elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The key.
    #[serde(rename = "ref")]
    pub key: String,
    /// When it must be there.
    pub requirement_level: Level,
}

/// When an attribute must be there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// When the condition holds.
    ConditionallyRequired(String),
    /// Only when asked for.
    OptIn,
    /// When it is at hand.
    Recommended,
    /// Always.
    Required,
}

/// What weaver reads first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the registry is for.
    pub description: String,
    /// The URL that stands for this version of it.
    pub schema_url: String,
    /// How far it may still change.
    pub stability: String,
    /// The registries that it refers to.
    pub dependencies: Vec<Dependency>,
}

/// A registry that ours refers to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The URL that stands for its version.
    pub schema_url: String,
    /// Where weaver finds it.
    pub registry_path: String,
}

impl Definition {
    /// Returns an attribute by its key.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&OwnAttribute> {
        self.attributes.iter().find(|known| known.key == key)
    }

    /// Returns a metric by its name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&MetricDefinition> {
        self.metrics.iter().find(|known| known.name == name)
    }
}

impl MetricDefinition {
    /// Returns the metric in the form of those of the conventions.
    #[must_use]
    pub fn to_metric(&self) -> Metric {
        let requirement = |level: &Level| match level {
            Level::ConditionallyRequired(_) => Requirement::ConditionallyRequired,
            Level::OptIn => Requirement::OptIn,
            Level::Recommended => Requirement::Recommended,
            Level::Required => Requirement::Required,
        };
        let attributes = self.attributes.iter();
        Metric {
            name: self.name.clone(),
            instrument: self.instrument.clone(),
            value: self.annotations.code_generation.metric_value_type.clone(),
            unit: self.unit.clone(),
            brief: self.brief.clone(),
            buckets: Vec::new(),
            attributes: attributes
                .map(|known| (known.key.clone(), requirement(&known.requirement_level)))
                .collect(),
        }
    }
}

impl Type {
    /// Returns the name of the type of what is exported.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Enum { .. } => "string",
        }
    }
}
