//! Owns [`InitError`]: what can be wrong with the set-up, and what to write instead.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::pricing::PriceFileError;

/// Why telemetry was not set up. Nothing global was changed.
///
/// `Debug` shows the message too: that is what a `main` prints that returns this error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// This crate was installed before.
    #[error("llm-trace is installed already; call `init()` or `install()` once, in `main`")]
    AlreadyInstalled,
    /// An OTLP exporter could not be made.
    #[error("no OTLP exporter for {endpoint}: {reason}")]
    Exporter {
        /// Where it was to send.
        endpoint: String,
        /// What the exporter says.
        reason: String,
    },
    /// What is configured needs a Cargo feature that is off.
    #[error("{name} is {value:?}, which needs the feature `{feature}` of llm-trace")]
    Feature {
        /// The variable or builder method.
        name: &'static str,
        /// Its value.
        value: String,
        /// The feature to turn on.
        feature: &'static str,
    },
    /// A file that is named cannot be used.
    #[error("{name} names {path:?}, which cannot be used")]
    File {
        /// The variable or builder method.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The price file cannot be used.
    #[error("{name} names a price file that cannot be used")]
    PriceFile {
        /// The variable or builder method.
        name: &'static str,
        /// What is wrong with the file.
        source: PriceFileError,
    },
    /// The thread that sends telemetry could not be started.
    #[error("the thread that sends telemetry did not start")]
    Runtime(#[source] io::Error),
    /// A value that may be a secret is malformed; it is not repeated here.
    #[error("{name} is malformed{place}; write {accepted}")]
    Secret {
        /// The variable or builder method.
        name: &'static str,
        /// Where in the value, such as ` at pair 2`; may be empty.
        place: String,
        /// What is accepted.
        accepted: &'static str,
    },
    /// The directory of the spool cannot be used.
    #[error("{name} is {}, which cannot be used", path.display())]
    Spool {
        /// The variable or builder method.
        name: &'static str,
        /// The directory.
        path: std::path::PathBuf,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A value is malformed.
    #[error("{name} is {value:?}; write {accepted}")]
    Variable {
        /// The variable or builder method.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is accepted.
        accepted: Cow<'static, str>,
    },
}

impl fmt::Debug for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
