//! Owns where finished spans go.

#[cfg(feature = "console")]
pub(crate) mod console;
