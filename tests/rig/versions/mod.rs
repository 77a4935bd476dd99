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

/// What a release says of the calls of a provider; what it does not say, nobody else can.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tells {
    /// Model and provider on the spans, and the text of a failure but not its status.
    Model,
    /// The status of a failure, and neither model nor provider on every span.
    Status,
    ModelAndStatus,
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
