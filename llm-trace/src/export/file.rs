//! Owns the file to which requests are appended, one per line, as the specification's file exporter
//! writes them.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use super::notice;
use super::parcel::Parcel;

/// A file of requests in JSON.
#[derive(Debug)]
pub(crate) struct JsonFile {
    path: PathBuf,
    file: Mutex<File>,
    is_said: AtomicBool,
}

impl JsonFile {
    /// Opens the file, and makes it if there is none.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let (file, is_said) = (Mutex::new(file), AtomicBool::new(false));
        Ok(Self { path: path.to_owned(), file, is_said })
    }

    /// Appends a request.
    pub(super) fn append(&self, parcel: &Parcel) -> OTelSdkResult {
        // In one piece: another program may append to the same file.
        let line = one_line(&parcel.body);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line).map_err(|error| {
            let text = format!("telemetry is not written to {}: {error}", self.path.display());
            if !self.is_said.swap(true, Ordering::Relaxed) {
                notice::warn(&text);
            }
            OTelSdkError::InternalFailure(text)
        })
    }
}

/// Puts JSON that is laid out over many lines on one. A line break in a string is written `\n`, so
/// a real one, and the space after it, is layout.
fn one_line(json: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(json.len());
    for part in json.split(|byte| *byte == b'\n') {
        line.extend_from_slice(part.trim_ascii_start());
    }
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, to_vec_pretty};

    use super::one_line;

    #[test]
    fn a_line_says_the_same() {
        let value = json!({"a": ["  b\nc  ", 1.5, {}], "d\te": null});

        let line = one_line(&to_vec_pretty(&value).unwrap());

        assert!(line.ends_with(b"\n") && line.split(|byte| *byte == b'\n').count() == 2);
        assert_eq!(serde_json::from_slice::<Value>(&line).unwrap(), value);
    }
}
