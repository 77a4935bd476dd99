//! Owns [`Fault`]: one reason why telemetry does not arrive.

use std::error::Error;
use std::fmt;

use crate::config::InitError;

/// A reason why telemetry does not arrive, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What is wrong, and what to do.
    pub text: String,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The set-up is switched off.
    Disabled,
    /// A filter or a sampler lets nothing through.
    Filtered,
    /// gRPC is spoken to a port that speaks HTTP.
    GrpcToHttp,
    /// HTTP is spoken to a port that speaks gRPC.
    HttpToGrpc,
    /// A value is not understood, or a file cannot be used.
    Malformed,
    /// Nobody listens at the port.
    NobodyListens,
    /// A receiver does not take the credentials.
    NotAllowed,
    /// TLS is not spoken to a port that wants it.
    PlainToTls,
    /// A receiver refuses requests.
    Refused,
    /// The set-up was done twice.
    SecondInit,
    /// A receiver does not know a signal.
    SignalUnknown,
    /// TLS is spoken to a port that does not speak it.
    TlsToPlain,
    /// The other side of TLS is not who it should be, or does not know this program.
    Untrusted,
    /// The host is not known, or does not answer.
    Unreachable,
    /// A variable is set that has no effect.
    Variable,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    pub(super) fn of_variable(text: String) -> Self {
        Self { kind: FaultKind::Variable, text }
    }

    pub(super) fn of_error(error: &InitError) -> Self {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        Self { kind: FaultKind::Malformed, text }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
