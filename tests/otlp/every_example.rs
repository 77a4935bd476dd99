//! Runs every example over every transport, each time against a receiver of its own, and fails if
//! something breaks the protocol or does not arrive.
//!
//! `every_example [NAME…]`. The examples are built first, with the features of all transports.

#![expect(clippy::print_stdout, reason = "it prints what it finds")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use otlp_receiver::Receiver;
use serde_json::Value;

const TRANSPORTS: [&str; 3] = ["http/protobuf", "http/json", "grpc"];
const PACKAGES: [&str; 3] =
    ["llm-trace-examples", "llm-trace-examples-collector", "llm-trace-examples-rig"];
const FEATURES: &str = "llm-trace-examples/genai,llm-trace-examples/otlp-grpc,llm-trace-examples/otlp-json,\
     llm-trace-examples-collector/otlp-json,\
     llm-trace-examples-rig/otlp-grpc,llm-trace-examples-rig/otlp-json";
/// How many examples run at a time: most of them wait most of the time.
const AT_A_TIME: usize = 4;

/// What an example sends to the receiver that the environment names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sends {
    /// Spans, and maybe metrics and log records.
    Signals { metrics: bool, logs: bool },
    /// An empty request of each signal.
    Questions,
    /// Nothing.
    Nothing,
}

const ALL: Sends = Sends::Signals { metrics: true, logs: true };
const SPANS: Sends = Sends::Signals { metrics: false, logs: false };
const SPANS_AND_METRICS: Sends = Sends::Signals { metrics: true, logs: false };

const EXAMPLES: [(&str, Sends); 24] = [
    ("anthropic_by_hand", SPANS_AND_METRICS),
    ("by_hand", ALL),
    ("cancel_and_retry", ALL),
    // It has a receiver of its own, which goes away.
    ("collector_outage", Sends::Nothing),
    ("cost_budget", SPANS_AND_METRICS),
    ("doctor", Sends::Questions),
    ("embeddings_rag", SPANS_AND_METRICS),
    ("evaluation", ALL),
    ("genai_client", SPANS_AND_METRICS),
    ("otlp_smoke", SPANS),
    // Its exporter is one of its own.
    ("own_subscriber", Sends::Nothing),
    // It prints what would leave.
    ("privacy", Sends::Nothing),
    ("prometheus", ALL),
    ("quickstart", SPANS_AND_METRICS),
    ("rig_all", ALL),
    ("rig_basic", ALL),
    ("rig_errors", ALL),
    ("rig_multi_agent", ALL),
    ("rig_streaming", ALL),
    ("rig_tools", ALL),
    ("sampling", SPANS_AND_METRICS),
    ("streaming", SPANS_AND_METRICS),
    // It is about what a test captures.
    ("trace_test", Sends::Nothing),
    ("two_services", SPANS_AND_METRICS),
];

/// What came of a run, and what is wrong with it.
struct Run {
    line: String,
    faults: Vec<String>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    let built = build()?;
    let mut faults: Vec<_> = built
        .keys()
        .filter(|name| !EXAMPLES.iter().any(|(known, _)| known == name))
        .map(|name| format!("{name}: say in `EXAMPLES` what it sends"))
        .collect();
    let mut runs = Vec::new();
    for (name, sends) in EXAMPLES {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        let Some(path) = built.get(name) else {
            faults.push(format!("{name}: there is no such example"));
            continue;
        };
        runs.extend(TRANSPORTS.map(|transport| (name, &**path, sends, transport)));
    }
    let started = Instant::now();
    println!("| example | transport | spans | metrics | log records | seconds |");
    println!("|---|---|---:|---:|---:|---:|");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut faults = Vec::new();
        while let Some((name, path, sends, transport)) =
            runs.get(next.fetch_add(1, Ordering::Relaxed))
        {
            match run(name, path, *sends, transport) {
                Ok(run) => {
                    println!("{}", run.line);
                    faults.extend(run.faults);
                }
                Err(error) => faults.push(format!("{name} {transport}: {error}")),
            }
        }
        faults
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            faults.extend(worker.join().unwrap_or_else(|_| vec!["a receiver failed".to_owned()]));
        }
    });
    println!(
        "\n{} runs in {:.1} s, {} faults",
        runs.len(),
        started.elapsed().as_secs_f64(),
        faults.len()
    );
    for fault in &faults {
        println!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the examples; returns where each of them is.
fn build() -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--examples", "--message-format=json-render-diagnostics"]);
    cargo.args(PACKAGES.iter().flat_map(|package| ["-p", package])).args(["--features", FEATURES]);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let output = cargo.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the examples do not build".into());
    }
    let messages = str::from_utf8(&output.stdout)?.lines().map(serde_json::from_str::<Value>);
    let mut built = BTreeMap::new();
    for message in messages {
        let message = message?;
        if message["target"]["kind"][0] == "example"
            && let Some(name) = message["target"]["name"].as_str()
            && let Some(path) = message["executable"].as_str()
        {
            built.insert(name.to_owned(), path.into());
        }
    }
    Ok(built)
}

/// Runs an example, as a user does who has nothing but a receiver.
fn run(name: &str, path: &Path, sends: Sends, transport: &str) -> Result<Run, Box<dyn Error>> {
    let receiver = if transport == "grpc" { Receiver::grpc() } else { Receiver::http() };
    let mut command = Command::new(path);
    for (variable, _) in std::env::vars_os() {
        let variable = variable.to_string_lossy();
        let is_ours = ["OTEL_", "LLM_TRACE_", "RUST_LOG"].iter().any(|it| variable.starts_with(it));
        // With a key, a provider would be asked.
        if is_ours || variable.ends_with("_API_KEY") {
            command.env_remove(&*variable);
        }
    }
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url());
    command.env("OTEL_EXPORTER_OTLP_PROTOCOL", transport);
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let took: Duration = started.elapsed();

    let everything = receiver.everything();
    let (spans, metrics) = (everything.spans().len(), everything.metrics().len());
    let records = everything.logs().len();
    let mut faults = everything.violations.clone();
    faults.extend(everything.refused.iter().map(|path| format!("a request to {path}")));
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || stderr.contains("telemetry is not exported") {
        faults.push(format!("it ended with {}: {stderr}", output.status));
    }
    let (requests, is_there) = (everything.forms.len(), (spans > 0, metrics > 0, records > 0));
    let is_as_said = match sends {
        Sends::Signals { metrics, logs } => is_there == (true, metrics, logs),
        Sends::Questions => requests == 3 && is_there == (false, false, false),
        Sends::Nothing => requests == 0,
    };
    if !is_as_said {
        faults.push(format!(
            "not what it should send, {sends:?}: {spans} spans, {metrics} metrics, {records} log \
             records in {requests} requests"
        ));
    }
    let faults = faults.into_iter().map(|fault| format!("{name} {transport}: {fault}")).collect();
    let seconds = took.as_secs_f64();
    let line = format!("| {name} | {transport} | {spans} | {metrics} | {records} | {seconds:.2} |");
    Ok(Run { line, faults })
}
