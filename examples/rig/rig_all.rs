//! All examples of Rig, one after the other, and how many left the trace that was predicted.
//!
//! ```text
//! cargo run --example rig_all
//! ```

mod rig_basic;
mod rig_errors;
mod rig_multi_agent;
mod rig_streaming;
mod rig_tools;

use std::process::ExitCode;

fn main() -> ExitCode {
    stage::perform(&[
        &rig_basic::EXAMPLE,
        &rig_tools::EXAMPLE,
        &rig_multi_agent::EXAMPLE,
        &rig_streaming::EXAMPLE,
        &rig_errors::EXAMPLE,
    ])
}
