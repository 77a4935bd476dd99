//! Writes `llm-trace/src/semconv.rs` out of the registry, and holds the file to it.

use std::fmt::Write;

use llm_trace_registry::{Registry, constant, generated};

const FILE: &str = "llm-trace/src/semconv.rs";
const HEADER: &str = "\
//! Owns every name that leaves this crate, of attributes, metrics, events and the scope; nothing
//! else writes one.
//!
//! Attributes follow the GenAI semantic conventions as of autumn 2026, metrics those of August 2026
//! (the set that shipped instrumentations and dashboards use). What the conventions do not name
//! lives under `llm_trace.*`; `gen_ai.usage.cost` is the one exception, because backends read it.
";

#[test]
fn the_constants_are_those_of_the_registry() {
    generated::hold(FILE, &render(&Registry::read()));
}

fn render(registry: &Registry) -> String {
    let mut text = format!(
        "{HEADER}//!\n//! Generated from `llm-trace/registry`; do not edit. To write it again:\n\
         //! `{}`\n\n\
         /// The name of the instrumentation scope.\n\
         pub(crate) const SCOPE: &str = \"llm-trace\";\n\
         /// The state of the conventions that the names are taken from.\n",
        generated::COMMAND
    );
    declare(&mut text, "SCHEMA_URL", &registry.conventions.schema_url);
    for group in &registry.used {
        text.push('\n');
        for name in group {
            let brief = registry.brief(name);
            let brief = brief.unwrap_or_else(|| panic!("`{name}` is used and not declared"));
            writeln!(text, "/// {brief}").unwrap();
            declare(&mut text, &constant(name), name);
        }
    }
    text.push_str("\n/// The keys that this crate sets.\nconst OURS: &[&str] = &[\n");
    for name in registry.used.iter().flatten().filter(|name| registry.value_type(name).is_some()) {
        writeln!(text, "    {},", constant(name)).unwrap();
    }
    text.push_str("];\n\n/// Returns whether a key is one that this crate sets.\n");
    text.push_str("pub(crate) fn is_ours(key: &str) -> bool {\n    OURS.contains(&key)\n}\n");
    text
}

/// Writes a constant, broken where `rustfmt` breaks it.
fn declare(text: &mut String, constant: &str, value: &str) {
    let (head, tail) = (format!("pub(crate) const {constant}: &str ="), format!("\"{value}\";"));
    let gap = if head.len() + 1 + tail.len() > 100 { "\n    " } else { " " };
    writeln!(text, "{head}{gap}{tail}").unwrap();
}
