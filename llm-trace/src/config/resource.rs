//! Owns the resource: which service this is, and where it runs.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use opentelemetry::KeyValue;

use super::env::{Env, wrong};
use super::{InitError, pairs};

const NAME: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SERVICE_NAME: &str = "service.name";

/// Returns the resource's attributes; the last of two with the same key wins.
pub(super) fn read(
    service_name: Option<&str>,
    said: &[KeyValue],
    env: &Env<'_>,
) -> Result<Vec<KeyValue>, InitError> {
    let mut attributes = found(env);
    if let Some(list) = env.get(NAME) {
        let pairs = pairs::parse(&list).map_err(|_| {
            wrong(NAME, list, "`key=value` pairs with commas between them, percent-encoded")
        })?;
        attributes.extend(pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)));
    }
    attributes.extend(said.iter().cloned());
    if let Some(name) = service_name.map(str::to_owned).or_else(|| env.get("OTEL_SERVICE_NAME")) {
        attributes.push(KeyValue::new(SERVICE_NAME, name));
    }
    Ok(attributes)
}

/// What is known without being told. No arguments and no paths: they may hold secrets and names.
fn found(env: &Env<'_>) -> Vec<KeyValue> {
    let path = std::env::current_exe().ok();
    let program = path.as_deref().and_then(|path| path.file_stem()?.to_str());
    let service =
        program.map_or("unknown_service".to_owned(), |name| format!("unknown_service:{name}"));
    let mut attributes = vec![
        KeyValue::new(SERVICE_NAME, service),
        KeyValue::new("service.instance.id", instance()),
        KeyValue::new("process.pid", i64::from(std::process::id())),
        KeyValue::new("host.arch", architecture()),
        KeyValue::new("os.type", system()),
    ];
    if let Some(name) = program {
        attributes.push(KeyValue::new("process.executable.name", name.to_owned()));
    }
    if let Some(name) = host(env) {
        attributes.push(KeyValue::new("host.name", name));
    }
    attributes
}

/// A random UUID, as the conventions advise: one for each run.
fn instance() -> String {
    // Every `RandomState` has keys of its own.
    let random = || RandomState::new().build_hasher().finish();
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    )
}

fn host(env: &Env<'_>) -> Option<String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let kernel = kernel.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    kernel.or_else(|| env.get("HOSTNAME")).or_else(|| env.get("COMPUTERNAME"))
}

/// The architecture, as the conventions spell it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc" => "ppc32",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// The operating system, as the conventions spell it.
fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "dragonfly" => "dragonflybsd",
        other => other,
    }
}
