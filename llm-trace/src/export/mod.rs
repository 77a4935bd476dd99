//! Owns where finished spans go.

#[cfg(feature = "console")]
mod console;

#[cfg(feature = "console")]
pub(crate) use console::Console;
