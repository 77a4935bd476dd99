//! Owns [`Run`]: the program against a receiver that misbehaves, and then does not.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::{Fault, Protocol, Receiver, caller};

/// How long the program runs, at which rate, and for how long the receiver misbehaves.
#[derive(Clone, Debug)]
pub struct Run {
    /// What is wrong with the receiver.
    pub fault: Fault,
    /// For how long.
    pub faulty: Duration,
    /// How long the program runs after that.
    pub healthy: Duration,
    /// Calls per second.
    pub rate: u32,
    /// How OTLP is spoken.
    pub protocol: Protocol,
    /// More variables of the program.
    pub variables: Vec<(&'static str, String)>,
}

/// What a run showed.
#[derive(Debug)]
pub struct Report {
    /// What the program printed.
    pub said: Value,
    /// Its standard error.
    pub stderr: String,
    /// What the receiver acknowledged.
    pub received: u64,
    /// What it acknowledged more than once.
    pub repeated: u64,
    /// What it rejected.
    pub rejected: u64,
    /// Whether what it acknowledged came in the order in which it was made.
    pub is_in_order: bool,
    /// What it had acknowledged when the fault ended.
    pub before: u64,
}

impl Run {
    /// Runs the program, with a receiver of its own.
    ///
    /// `program` is the path of a program that is `caller` when it is called so.
    #[must_use]
    pub fn run(&self, program: &str) -> Report {
        let receiver = Receiver::start(self.protocol, self.fault);
        let (mut child, mut stdout) = self.start(program, &receiver);
        sleep(self.faulty);
        let before = receiver.spans();
        if self.fault != Fault::Partial {
            receiver.set(Fault::None);
        }
        Self::end(&receiver, before, &mut child, &mut stdout)
    }

    /// Starts the program with a receiver that is there; returns when it makes calls.
    #[must_use]
    pub fn start(&self, program: &str, receiver: &Receiver) -> (Child, BufReader<ChildStdout>) {
        let seconds = (self.faulty + self.healthy).as_secs_f64();
        let mut child = self.command(program, receiver, seconds);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n");
        (child, stdout)
    }

    /// Waits for the program to end.
    #[must_use]
    pub fn end(
        receiver: &Receiver,
        before: u64,
        child: &mut Child,
        stdout: &mut BufReader<ChildStdout>,
    ) -> Report {
        let mut said = String::new();
        stdout.read_line(&mut said).unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(child.wait().unwrap().success(), "{stderr}");
        Report {
            said: serde_json::from_str(&said).unwrap(),
            stderr,
            received: receiver.spans(),
            repeated: receiver.repeated(),
            rejected: receiver.rejected(),
            is_in_order: receiver.is_in_order(),
            before,
        }
    }

    fn command(&self, program: &str, receiver: &Receiver, seconds: f64) -> Child {
        let protocol = match self.protocol {
            Protocol::Grpc => "grpc",
            Protocol::Http => "http/protobuf",
        };
        let mut command = Command::new(program);
        for (name, _) in std::env::vars() {
            if ["OTEL_", "LLM_TRACE_", "RUST_LOG"].iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .args([caller::NAME, &self.rate.to_string(), &seconds.to_string()])
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
            .envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Report {
    /// A number that the program printed, as in `traces.lost`.
    #[must_use]
    pub fn number(&self, path: &str) -> u64 {
        let pointer = format!("/{}", path.replace('.', "/"));
        self.said.pointer(&pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{path}"))
    }

    /// By how many microseconds telemetry slowed calls, at the 99th percentile.
    #[must_use]
    pub fn slowed_us(&self) -> f64 {
        let p99 = |name: &str| self.said[name][1].as_f64().unwrap();
        p99("traced_us") - p99("bare_us")
    }

    /// Returns what must hold and does not, with `limit` as the most that a call may be slowed.
    #[must_use]
    pub fn broken(&self, fault: Fault, limit: Duration) -> Vec<String> {
        let number = |name: &str| self.number(&format!("traces.{name}"));
        let calls = self.number("calls");
        let mut broken = Vec::new();
        let mut hold = |holds: bool, what: String| {
            if !holds {
                broken.push(what);
            }
        };
        let slowed = self.slowed_us();
        hold(slowed <= limit.as_secs_f64() * 1e6, format!("calls are {slowed:.0} µs slower"));
        let grown = self.number("grown_kb");
        hold(grown <= 64 * 1024, format!("memory grew by {grown} kB"));
        let sum = number("exported") + number("lost") + number("queued") + number("spooled");
        hold(sum == calls, format!("{sum} of {calls} spans are counted"));
        let exported = number("exported");
        let received = self.received;
        hold(exported == received, format!("{exported} are counted, {received} arrived"));
        hold(self.repeated == 0, format!("{} came twice", self.repeated));
        let rejected = number("rejected");
        hold(rejected == self.rejected, format!("{rejected} of {} rejected", self.rejected));
        if fault == Fault::Partial {
            hold(rejected > 0, "nothing was rejected".to_owned());
        } else {
            hold(self.before == 0, "something was taken during the fault".to_owned());
            hold(exported > 0, "nothing arrives after the fault".to_owned());
        }
        let warnings = self.stderr.matches("telemetry is not exported").count();
        let taken = self.stderr.matches("took a request but").count();
        // Each signal may have a reason of its own, and says it once.
        let is_said = match fault {
            Fault::Partial => (warnings, taken) == (0, 1),
            _ => (1..=3).contains(&warnings) && taken == 0,
        };
        hold(is_said, format!("it says: {}", self.stderr));
        broken
    }
}
