//! Reads `llm-trace/registry`: the names that we use of the conventions, and those that we add.

mod definition;
mod genai;
pub mod generated;

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

pub use definition::{
    Annotations, CodeGeneration, Definition, Dependency, Level, Manifest, Member, MetricDefinition,
    OwnAttribute, Reference, Type,
};
pub use genai::{Attribute, Conventions, Event, Metric, Requirement};

/// Everything that the registry says.
#[derive(Debug)]
pub struct Registry {
    /// What the conventions name.
    pub conventions: Conventions,
    /// What we name.
    pub own: Definition,
    /// What weaver reads first.
    pub manifest: Manifest,
    /// The names that the crate uses, in the groups and the order of `semconv.rs`.
    pub used: Vec<Vec<String>>,
}

impl Registry {
    /// Reads the registry of this workspace.
    ///
    /// # Panics
    ///
    /// If a file is not what its type here says: weaver would refuse it too.
    #[must_use]
    pub fn read() -> Self {
        Self {
            conventions: json("genai.json"),
            own: yaml("llm-trace.yaml"),
            manifest: yaml("manifest.yaml"),
            used: json("used.json"),
        }
    }

    /// Returns the type of an attribute's values, by its key.
    #[must_use]
    pub fn value_type(&self, key: &str) -> Option<&str> {
        let known = self.conventions.attribute(key).map(|attribute| attribute.kind.as_str());
        known.or_else(|| self.own.attribute(key).map(|attribute| attribute.kind.name()))
    }

    /// Returns a metric by its name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<Metric> {
        let theirs = self.conventions.metric(name).cloned();
        theirs.or_else(|| self.own.metric(name).map(MetricDefinition::to_metric))
    }

    /// Returns what an attribute, a metric or an event says, by its name.
    #[must_use]
    pub fn brief(&self, name: &str) -> Option<String> {
        let theirs = self.conventions.attribute(name).map(|known| known.brief.clone());
        let ours = || self.own.attribute(name).map(|known| known.brief.clone());
        let event = || self.conventions.event(name).map(|known| known.brief.clone());
        theirs.or_else(ours).or_else(event).or_else(|| self.metric(name).map(|known| known.brief))
    }
}

/// Returns the name of the constant for an attribute, a metric or an event.
#[must_use]
pub fn constant(name: &str) -> String {
    let name = name.strip_prefix("gen_ai.").unwrap_or(name);
    let name = name.strip_prefix("llm_trace.").unwrap_or(name);
    name.replace('.', "_").to_uppercase()
}

/// Returns a path in this workspace.
#[must_use]
pub fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn json<T: DeserializeOwned>(file: &str) -> T {
    serde_json::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn yaml<T: DeserializeOwned>(file: &str) -> T {
    serde_saphyr::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn text(file: &str) -> String {
    let path = workspace("llm-trace/registry").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
