//! What differs between releases of Rig: how an agent is built and asked, and what the types are
//! called. The annotated agent itself is `agent.rs`.

#[cfg(feature = "v0_31")]
pub(crate) mod v0_31;
#[cfg(feature = "v0_40")]
pub(crate) mod v0_40;
#[cfg(feature = "v0_44")]
pub(crate) mod v0_44;
#[cfg(feature = "v0_46")]
pub(crate) mod v0_46;

use serde::Deserialize;
use serde_json::{Value, json};

/// What a release says of a provider's calls; what it does not say, nobody else can.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tells {
    /// Model and provider are on the spans.
    pub(crate) model: bool,
    /// The error of a stream has the status in it.
    pub(crate) status_of_stream: bool,
    /// The counts are right where a cache took part.
    pub(crate) cached: bool,
}

impl Tells {
    /// What the newest releases tell.
    pub(crate) const ALL: Self = Self { model: true, status_of_stream: true, cached: true };
    /// 0.40: of chats neither model nor provider, or one of them.
    pub(crate) const NO_MODEL: Self = Self { model: false, ..Self::ALL };
    /// 0.31: the error of a stream is a text.
    pub(crate) const NO_STATUS: Self = Self { status_of_stream: false, ..Self::ALL };
    /// 0.31: both.
    pub(crate) const LITTLE: Self = Self { model: false, ..Self::NO_STATUS };
    /// 0.31: both, and Gemini's cached tokens are added to the output, Anthropic's are missing
    /// from the input of streams.
    pub(crate) const LITTLE_AND_NOT_CACHED: Self = Self { cached: false, ..Self::LITTLE };
}

/// The arguments of the one tool.
#[derive(Deserialize)]
pub(crate) struct Numbers {
    numbers: String,
}

fn parameters() -> Value {
    json!({
        "type": "object",
        "properties": { "numbers": { "type": "string" } },
        "required": ["numbers"],
    })
}
