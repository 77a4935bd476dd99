//! Owns [`Record`]: the one value that holds everything known of a call.
//!
//! Metrics, the span, the event for text logs and the caller's handle all read it, so they cannot
//! disagree.

use std::borrow::Cow;
use std::time::Duration;

use crate::outcome::Outcome;
use crate::request::Request;
use crate::response::Response;

/// Everything known of one call.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) request: Request,
    pub(crate) response: Response,
    pub(crate) outcome: Outcome,
    /// Set exactly when the outcome is a failure.
    pub(crate) error_type: Option<Cow<'static, str>>,
    pub(crate) duration: Duration,
}
