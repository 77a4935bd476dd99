//! What a program sends when it is set up by `init()`: each test runs one, and receives.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod around;
mod beside;
mod canary;
mod console;
mod counts;
mod delivery;
mod doctor;
mod evaluation;
mod failure;
mod logs;
mod measured;
mod program;
mod prometheus;
mod reach;
mod redactor;
mod setup;
mod spool;
mod tail;
mod tls;
mod transports;

use otlp_receiver as receiver;
