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
        let line = [&parcel.body[..], b"\n"].concat();
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
