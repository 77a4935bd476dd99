//! Holds a committed file to what is generated, or writes it.

use std::{env, fs};

use crate::workspace;

/// What writes every generated file again.
pub const COMMAND: &str = "LLM_TRACE_BLESS=1 cargo test -p llm-trace-registry";

/// Compares a file of the workspace with what it should be; writes it if `LLM_TRACE_BLESS` is set.
///
/// # Panics
///
/// If the file is another, or cannot be read or written.
pub fn hold(file: &str, expected: &str) {
    let path = workspace(file);
    if env::var_os("LLM_TRACE_BLESS").is_some() {
        fs::write(path, expected).unwrap();
        return;
    }
    // A checkout may have changed the line ends.
    let committed = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let at = committed.lines().zip(expected.lines()).position(|(is, should)| is != should);
    let line = at.map_or("its last line".to_owned(), |index| format!("line {}", index + 1));
    assert!(committed == expected, "{file} differs from the registry at {line}; run `{COMMAND}`");
}
