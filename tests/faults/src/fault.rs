//! Owns [`Fault`]: the ways in which a receiver misbehaves.

use std::fmt;

/// What a receiver does to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Fault {
    /// Takes it.
    None,
    /// Accepts the connection, and never reads from it.
    BlackHole,
    /// Answers what is no HTTP.
    Garbage,
    /// Reads the request, and never answers.
    Hang,
    /// Takes it but for one span, and says so.
    Partial,
    /// Does not listen.
    Refuse,
    /// Resets the connection when the request has begun.
    Reset,
    /// Has too much to do, and says when to come again.
    Throttle,
    /// Is down for maintenance.
    Unavailable,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::BlackHole,
        Self::Garbage,
        Self::Hang,
        Self::Partial,
        Self::Refuse,
        Self::Reset,
        Self::Throttle,
        Self::Unavailable,
    ];

    pub(crate) fn from_u8(value: u8) -> Self {
        Self::ALL.into_iter().find(|fault| *fault as u8 == value).unwrap_or(Self::None)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "healthy",
            Self::BlackHole => "black hole",
            Self::Garbage => "garbage",
            Self::Hang => "hangs",
            Self::Partial => "partial success",
            Self::Refuse => "refuses",
            Self::Reset => "resets",
            Self::Throttle => "429, Retry-After",
            Self::Unavailable => "503",
        })
    }
}
