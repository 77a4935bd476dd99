//! What is in effect, whether the receivers answer, and why nothing would arrive.
//!
//! ```text
//! cargo run --example doctor
//! OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317 cargo run --example doctor
//! ```
//!
//! It prints what the environment describes and exits with 1 if something is wrong. Behind a switch
//! of your own program, `llm_trace::doctor()` says it of that program, on the machine where it runs.

use std::process::ExitCode;

use llm_trace::{Builder, Diagnosis};

/// The builder of the program: what it says is part of the diagnosis.
fn builder() -> Builder {
    Builder::new().with_service_version(env!("CARGO_PKG_VERSION"))
}

fn exit_code(diagnosis: &Diagnosis) -> ExitCode {
    if diagnosis.faults().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let diagnosis = builder().doctor();
    print!("{diagnosis}");
    exit_code(&diagnosis)
}

#[test]
fn a_fault_is_an_exit_code() {
    let diagnosis = builder().with_endpoint("localhost:4317").doctor();

    assert!(diagnosis.has(llm_trace::FaultKind::Malformed), "{diagnosis}");
    assert_eq!(exit_code(&diagnosis), ExitCode::FAILURE);
}
