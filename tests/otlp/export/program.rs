//! Runs `program` in a process of its own.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) is_success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ended {
    /// The lines of stderr that contain `text`.
    pub(crate) fn lines(&self, text: &str) -> Vec<&str> {
        self.stderr.lines().filter(|line| line.contains(text)).collect()
    }
}

/// Runs a scenario with these variables and none of the tests' own.
pub(crate) fn run(scenario: &str, variables: &[(&str, &str)]) -> Ended {
    ended(command(scenario).envs(variables.iter().copied()))
}

/// The command that runs a scenario with none of the tests' own variables.
pub(crate) fn command(scenario: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_program"));
    for (name, _) in std::env::vars() {
        if ["OTEL_", "LLM_TRACE_", "RUST_LOG"].iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.arg(scenario).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn ended(command: &mut Command) -> Ended {
    let started = Instant::now();
    let output = command.output().unwrap();
    Ended {
        is_success: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        took: started.elapsed(),
    }
}
