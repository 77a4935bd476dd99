//! A receiver that misbehaves, and a program that must not notice.

#![expect(clippy::missing_panics_doc, reason = "what is wrong here is a failed test")]

pub mod caller;
mod fault;
mod receiver;
mod run;

pub use fault::Fault;
pub use receiver::{Protocol, Receiver};
pub use run::{Report, Run};
