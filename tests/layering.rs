//! The modules of `llm-trace` have one order, and each may use only those before it.

use std::fs;
use std::path::{Path, PathBuf};

const ORDER: &[&str] = &[
    // data: no I/O, no policy
    "semconv",
    "operation",
    "provider",
    "content",
    "digest",
    "value",
    "usage",
    "cost",
    "totals",
    "trace_context",
    "outcome",
    "error_type",
    "response",
    "wire",
    "chunks",
    "request",
    "record",
    "foreign",
    // policy: pure functions of data
    "pricing",
    "redact",
    "reach",
    // signals: `tracing` and the `opentelemetry` API only
    "logs",
    "metrics",
    "span",
    "layer",
    "propagation",
    "evaluation",
    // pipeline: `opentelemetry_sdk` from here
    "forest",
    "export",
    "config",
    "guard",
    "init",
    "doctor",
    // edges
    "testing",
    "__private",
    "trace_stream",
];

/// Which files may name a dependency, by the start of their path.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("blake3::", &["digest/"]),
    ("fs4::", &["export/spool/"]),
    ("genai_prices::", &["pricing/catalog/"]),
    ("linkme::", &["testing/catalog/"]),
    ("opentelemetry_appender_tracing::", &["init/bridge.rs"]),
    ("flate2::", &["export/parcel.rs", "export/form.rs"]),
    ("opentelemetry_prometheus::", &["export/prometheus.rs"]),
    ("zstd::", &["export/parcel.rs", "export/form.rs"]),
    ("opentelemetry_otlp::", &["export/otlp/"]),
    (
        "opentelemetry_proto::",
        &[
            "export/finite.rs",
            "export/form.rs",
            "export/gate/exponential.rs",
            "export/gate/metrics.rs",
            "export/measures.rs",
            "export/parcel.rs",
        ],
    ),
    ("opentelemetry_sdk::", &["config/", "export/", "guard.rs", "init/", "testing/"]),
    ("prost::", &["export/answer.rs", "export/parcel.rs", "export/form.rs"]),
    ("tonic::", &["export/grpc.rs"]),
    ("reqwest::", &["export/http.rs"]),
    ("tokio::", &["export/"]),
    ("tracing_opentelemetry::", &["init/", "layer/", "span/start.rs", "testing/"]),
    (
        "tracing_subscriber::",
        &["init/", "layer/", "span/foreign.rs", "span/lineage.rs", "testing/"],
    ),
];

#[test]
fn every_module_uses_only_those_before_it() {
    for (path, text) in sources() {
        let module = path.split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let index = ORDER.iter().position(|known| *known == module);
        let index = index.unwrap_or_else(|| panic!("`{module}` has no place in the order"));
        for used in text.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            // Macros of the crate as an expansion or a link finds them, and what one expands to.
            let macros = [
                ("__private", "__"),
                ("testing", "assert_"),
                ("testing", "__private"),
                ("trace_stream", "llm_span"),
            ];
            if macros.iter().any(|(of, start)| module == *of && used.starts_with(start)) {
                continue;
            }
            assert!(
                ORDER[..=index].contains(&used),
                "{path} uses `crate::{used}`, which does not come before `{module}`"
            );
        }
    }
}

#[test]
fn a_dependency_is_named_only_where_it_belongs() {
    for (path, text) in sources() {
        for (dependency, allowed) in DEPENDENCIES {
            let named = text.lines().any(|line| {
                // Neither comments nor what stands in quotes.
                let code = line.split('"').next().unwrap();
                // A module that is called as a crate is.
                let code = code.replace("opentelemetry_proto::tonic::", "opentelemetry_proto::");
                !code.trim_start().starts_with("//") && code.contains(dependency)
            });
            assert!(
                !named || allowed.iter().any(|place| path.starts_with(place)),
                "{path} names `{dependency}`, which belongs to {allowed:?}"
            );
        }
    }
}

#[test]
fn the_rules_for_literals_are_those_for_constants() {
    let file = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        fs::read_to_string(path).unwrap()
    };
    assert!(
        file("llm-trace-macros/src/plan/stable.rs") == file("llm-trace/src/__private/stable.rs"),
        "the two `stable.rs` differ; copy the one over the other"
    );
}

/// Every source file of the crate: its path below `src`, and its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm-trace/src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&file).unwrap();
            // A file's own tests may use what they like.
            let code = text.split("\nmod tests {").next().unwrap();
            (path, code.to_owned())
        })
        .collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
