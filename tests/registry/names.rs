//! Checks our own names as `weaver registry check` and the naming rules of the conventions do, and
//! that the sources name nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use llm_trace_registry::{OwnAttribute, Registry, Type, constant, workspace};
use serde_json::Value;

const STABILITY: &str = "development";

#[test]
fn every_definition_is_complete() {
    let Registry { own, .. } = Registry::read();
    assert_eq!(own.file_format, "definition/2");
    for attribute in &own.attributes {
        let OwnAttribute { key, kind, brief, examples, stability, .. } = attribute;
        assert_name(key);
        assert_sentence(key, brief);
        assert_eq!(stability, STABILITY, "{key}");
        match kind {
            Type::Enum { members } => {
                let ids: BTreeSet<_> = members.iter().map(|member| &member.id).collect();
                let values: BTreeSet<_> = members.iter().map(|member| &member.value).collect();
                assert!(ids.len() == members.len() && values.len() == members.len(), "{key}");
                for member in members {
                    assert_name(&member.id);
                    assert_sentence(key, &member.brief);
                    assert_eq!(member.stability, STABILITY, "{key}");
                }
            }
            Type::Named(kind) => {
                assert!(!examples.is_empty(), "`{key}` has no example");
                for example in examples {
                    assert!(is_of(kind, example), "`{key}`: {example} is no {kind}");
                }
            }
        }
    }
    for metric in &own.metrics {
        assert_name(&metric.name);
        assert_sentence(&metric.name, &metric.brief);
        assert_eq!(metric.stability, STABILITY, "{}", metric.name);
        assert!(["counter", "updowncounter", "gauge", "histogram"].contains(&&*metric.instrument));
        let value = &*metric.annotations.code_generation.metric_value_type;
        assert!(["int", "double"].contains(&value), "{}: {value}", metric.name);
    }
}

#[test]
fn the_manifest_names_the_conventions_that_the_definitions_refer_to() {
    let Registry { conventions, own, manifest, .. } = Registry::read();
    let dependencies = manifest.dependencies.iter().map(|dependency| &dependency.schema_url);
    assert!(dependencies.clone().any(|url| *url == conventions.schema_url));
    for url in dependencies.chain([&manifest.schema_url]) {
        let version = url.strip_prefix("https://").and_then(|path| path.rsplit_once('/'));
        let is_version = |version: &str| version.starts_with(|c: char| c.is_ascii_digit());
        assert!(version.is_some_and(|(_, version)| is_version(version)), "{url}");
    }
    for metric in &own.metrics {
        let is_ours = |key: &str| own.attributes.iter().any(|attribute| attribute.key == key);
        for reference in metric.attributes.iter().filter(|reference| !is_ours(&reference.key)) {
            let known = conventions.attribute(&reference.key);
            let known = known.unwrap_or_else(|| panic!("`{}` is not declared", reference.key));
            assert!(!known.deprecated && !known.content, "`{}`", reference.key);
        }
    }
}

#[test]
fn no_name_collides_with_another() {
    let Registry { conventions, own, .. } = Registry::read();
    let theirs: Vec<_> = conventions.attributes.iter().map(|known| &*known.key).collect();
    let ours: Vec<_> = own.attributes.iter().map(|known| &*known.key).collect();
    let metrics = conventions.metrics.iter().map(|known| &*known.name);
    let metrics: Vec<_> = metrics.chain(own.metrics.iter().map(|known| &*known.name)).collect();
    assert_distinct(theirs.iter().chain(&ours).copied());
    assert_distinct(metrics.iter().copied());
    for key in &ours {
        for other in theirs.iter().chain(&ours).filter(|other| *other != key) {
            assert!(!is_namespace(key, other), "`{key}` is a namespace of `{other}`");
            assert!(!is_namespace(other, key), "`{other}` is a namespace of `{key}`");
        }
    }
    for metric in &metrics {
        assert!(!metrics.iter().any(|other| is_namespace(metric, other)), "`{metric}`");
    }
}

#[test]
fn our_names_have_our_prefix_and_the_cost_is_the_one_exception() {
    let Registry { own, .. } = Registry::read();
    let names = own.attributes.iter().map(|known| &known.key);
    let names = names.chain(own.metrics.iter().map(|known| &known.name));
    let others: Vec<_> = names.filter(|name| !name.starts_with("llm_trace.")).collect();
    assert_eq!(others, ["gen_ai.usage.cost"]);
}

#[test]
fn what_is_deprecated_has_a_successor_that_is_not() {
    let Registry { conventions, .. } = Registry::read();
    for known in &conventions.attributes {
        let Some(successor) = &known.successor else { continue };
        let successor = conventions.attribute(successor);
        assert!(known.deprecated && successor.is_some_and(|it| !it.deprecated), "{}", known.key);
    }
}

#[test]
fn every_attribute_of_a_metric_is_declared() {
    let Registry { conventions, .. } = Registry::read();
    for metric in &conventions.metrics {
        for key in metric.attributes.keys() {
            let known = conventions.attribute(key);
            assert!(known.is_some_and(|it| !it.deprecated), "{}: `{key}`", metric.name);
        }
    }
}

#[test]
fn what_is_used_is_declared_once_and_is_not_deprecated() {
    let registry = Registry::read();
    let used: Vec<_> = registry.used.iter().flatten().collect();
    assert_distinct(used.iter().map(|name| constant(name)));
    for name in used {
        assert!(registry.brief(name).is_some(), "`{name}` is not declared");
        let known = registry.conventions.attribute(name);
        assert!(known.is_none_or(|it| !it.deprecated), "`{name}`");
    }
}

#[test]
fn the_sources_name_nothing_that_is_not_declared() {
    let registry = Registry::read();
    let mut found = 0;
    for folder in ["llm-trace/src", "llm-trace-macros/src"] {
        for name in names_in(&workspace(folder)) {
            // Fields without a value, that make room for attributes; they are never exported.
            if name.starts_with("llm_trace.reserved.") {
                continue;
            }
            found += 1;
            assert!(registry.brief(&name).is_some(), "{folder} names `{name}`");
        }
    }
    assert!(found > registry.used.len(), "found {found} names");
}

/// The string literals below a folder that are names of ours or of the conventions.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests") {
                names.extend(names_in(&path));
            }
            continue;
        }
        // What other libraries say, and is never exported: that is what the file is for.
        if path.ends_with("foreign/names.rs") || path.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("mod tests {").next().unwrap();
        for literal in text.split('"').skip(1) {
            let ours = ["gen_ai.", "llm_trace."].iter().any(|start| literal.starts_with(start));
            let whole = !literal.ends_with('.') && !literal.contains([' ', '*', '{']);
            if ours && whole {
                names.push(literal.to_owned());
            }
        }
    }
    names
}

/// Names are lower snake case with dots.
fn assert_name(name: &str) {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !word.ends_with('_')
            && !word.contains("__")
    };
    assert!(name.split('.').all(is_word), "`{name}` is not lower snake case with dots");
}

fn assert_sentence(name: &str, brief: &str) {
    let starts = brief.starts_with(|c: char| c.is_uppercase());
    assert!(starts && brief.ends_with('.') && !brief.contains('\n'), "`{name}`: {brief}");
}

fn assert_distinct<T: Ord + std::fmt::Debug>(names: impl Iterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(!seen.contains(&name), "{name:?} is there twice");
        seen.insert(name);
    }
}

fn is_namespace(of: &str, name: &str) -> bool {
    name.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'))
}

fn is_of(kind: &str, example: &Value) -> bool {
    match kind {
        "string" => example.is_string(),
        "int" => example.is_i64(),
        "double" => example.is_f64(),
        "boolean" => example.is_boolean(),
        _ => false,
    }
}
