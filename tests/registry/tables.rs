//! Writes the tables of the registry that code looks things up in, and holds the files to it.

use std::fmt::Write;

use llm_trace_registry::{Attribute, Registry, Requirement, generated};

#[test]
fn the_macro_knows_the_attributes_of_the_registry() {
    let mut text = header(
        "Owns what the registry says of the attributes that may stand in `fields(…)`.",
        "use super::field::{Kind, Known, Standing};\n",
    );
    text.push_str("#[rustfmt::skip]\npub(super) const ATTRIBUTES: &[Known] = &[\n");
    for known in &Registry::read().conventions.attributes {
        let Attribute { key, content, successor, .. } = known;
        let standing = match (known.deprecated, content) {
            (_, true) => "Standing::Content".to_owned(),
            (true, false) => deprecated(successor.as_deref()),
            (false, false) => CURRENT.to_owned(),
        };
        let kind = kind(&known.kind);
        writeln!(text, "    Known {{ key: {key:?}, kind: {kind}, standing: {standing} }},")
            .unwrap();
    }
    text.push_str("];\n");
    generated::hold("llm-trace-macros/src/plan/registry.rs", &text);
}

#[test]
fn conformance_knows_the_attributes_and_metrics_of_the_registry() {
    let registry = Registry::read();
    let mut text = header(
        "Owns what the registry says of attributes and metrics.",
        "use super::known::{Attribute, Kind, Metric, Standing};\n",
    );
    text.push_str("#[rustfmt::skip]\npub(super) const ATTRIBUTES: &[Attribute] = &[\n");
    let theirs = registry.conventions.attributes.iter().map(|known| {
        let successor = known.successor.as_deref();
        let standing = if known.deprecated { deprecated(successor) } else { CURRENT.to_owned() };
        (&known.key, known.kind.as_str(), standing)
    });
    let ours = registry.own.attributes.iter();
    let ours = ours.map(|known| (&known.key, known.kind.name(), CURRENT.to_owned()));
    for (key, of, standing) in theirs.chain(ours) {
        let row = format!("key: {key:?}, kind: {}, standing: {standing}", kind(of));
        writeln!(text, "    Attribute {{ {row} }},").unwrap();
    }
    text.push_str("];\n\n#[rustfmt::skip]\npub(super) const METRICS: &[Metric] = &[\n");
    let names = registry.conventions.metrics.iter().map(|metric| &metric.name);
    for name in names.chain(registry.own.metrics.iter().map(|metric| &metric.name)) {
        let metric = registry.metric(name).unwrap();
        let attributes: Vec<_> = metric
            .attributes
            .iter()
            .map(|(key, requirement)| (key, *requirement == Requirement::Required))
            .collect();
        let buckets: Vec<_> = metric.buckets.iter().map(|bound| readable(*bound)).collect();
        writeln!(
            text,
            "    Metric {{\n        name: {name:?},\n        instrument: {:?},\n        \
             is_integer: {},\n        unit: {:?},\n        buckets: &[{}],\n        \
             attributes: &{attributes:?},\n    }},",
            metric.instrument,
            metric.value == "int",
            metric.unit,
            buckets.join(", "),
        )
        .unwrap();
    }
    text.push_str("];\n");
    generated::hold("llm-trace/src/testing/conformance/table.rs", &text);
}

fn header(owns: &str, uses: &str) -> String {
    format!(
        "//! {owns}\n//!\n//! Generated from `llm-trace/registry`; do not edit. To write it again:\n\
         //! `{}`\n\n{uses}\n",
        generated::COMMAND
    )
}

const CURRENT: &str = "Standing::Current";

fn deprecated(successor: Option<&str>) -> String {
    format!("Standing::Deprecated({successor:?})")
}

/// A number as clippy wants it: with a gap after every third digit of a long one.
fn readable(number: f64) -> String {
    let text = format!("{number:?}");
    let (whole, rest) = text.split_once('.').unwrap();
    if whole.len() < 6 {
        return text;
    }
    let groups: Vec<_> = whole.as_bytes().rchunks(3).rev().collect();
    format!("{}.{rest}", String::from_utf8(groups.join(&b'_')).unwrap())
}

/// The variant of `Kind` that stands for a type of the registry.
fn kind(name: &str) -> &'static str {
    match name {
        "any" => "Kind::Any",
        "boolean" => "Kind::Bool",
        "double" => "Kind::Double",
        "int" => "Kind::Int",
        "string" => "Kind::String",
        "string[]" => "Kind::Strings",
        "template[string]" => "Kind::Template",
        other => panic!("no table knows the type `{other}`"),
    }
}
