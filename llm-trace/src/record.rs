//! Owns [`Record`]: the one value that holds everything known of a call.
//!
//! Metrics, the span, the event for text logs and the caller's handle all read it, so they cannot
//! disagree.

use std::borrow::Cow;
use std::time::Duration;

use crate::chunks::{Chunks, Pace};
use crate::cost::{Cost, CostStatus};
use crate::digest::Tally;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::request::Request;
use crate::response::Response;
use crate::totals::{Steps, Totals};

/// The `error.type` of a stream that ended before its last event.
const INCOMPLETE: &str = "incomplete_stream";

/// Everything known of one call.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) request: Request,
    pub(crate) response: Response,
    pub(crate) outcome: Outcome,
    /// Set exactly when the outcome is a failure.
    pub(crate) error_type: Option<Cow<'static, str>>,
    /// What the error says, if that is captured.
    pub(crate) error_text: Option<String>,
    pub(crate) duration: Duration,
    /// When the chunks came, if the call was a stream.
    pub(crate) pace: Option<Box<Pace>>,
    /// What the call cost, or why that is not known. `None` until its end, and for what is no call
    /// of a model.
    pub(crate) cost: Option<Result<Cost, CostStatus>>,
    /// What the calls below add up to, if there were any.
    pub(crate) totals: Option<Totals>,
    /// What an agent did, if anything of it was seen.
    pub(crate) steps: Option<Steps>,
    /// Whether this is the same call as one below it, which was measured there.
    pub(crate) is_counted_below: bool,
}

impl Record {
    pub(crate) fn new(request: Request) -> Self {
        Self {
            request,
            response: Response::default(),
            outcome: Outcome::Ok,
            error_type: None,
            error_text: None,
            duration: Duration::ZERO,
            pace: None,
            cost: None,
            totals: None,
            steps: None,
            is_counted_below: false,
        }
    }

    /// Returns whether a provider was called, be it for an agent that it hosts.
    pub(crate) fn is_client(&self) -> bool {
        self.request.operation.is_client()
            || (self.request.operation == Operation::InvokeAgent && self.request.provider.is_some())
    }

    /// Makes room for what the answer says, and returns what was recorded by hand before.
    pub(crate) fn listen(&mut self, hashing: bool) -> Option<Response> {
        let said = (!self.response.is_empty()).then(|| std::mem::take(&mut self.response));
        self.response.text = Tally::of_response(hashing);
        self.response.heard = self.request.asked.as_ref().map(|asked| Box::new(asked.hear(false)));
        said
    }

    /// Takes over what a stream said; what was recorded by hand wins.
    ///
    /// An error among the chunks is how the call ended, whether or not the stream was read on.
    pub(crate) fn end_stream(&mut self, mut chunks: Chunks) {
        chunks.end();
        let Chunks { pace, response, error_type, error_text, .. } = chunks;
        let said = std::mem::replace(&mut self.response, response);
        self.overlay(Some(said));
        self.pace = Some(Box::new(pace));
        let is_incomplete = self.outcome == Outcome::Ok && self.response.is_cut_short();
        let error_type = error_type.or(is_incomplete.then_some(Cow::Borrowed(INCOMPLETE)));
        if error_type.is_some() && !self.outcome.is_failure() {
            self.outcome = Outcome::Error;
            self.error_type = error_type;
            self.error_text = error_text;
        }
    }

    /// Lets what was recorded by hand win over what the answer says.
    pub(crate) fn overlay(&mut self, said: Option<Response>) {
        if let Some(said) = said {
            let read = std::mem::replace(&mut self.response, said);
            self.response.complete(read);
        }
    }
}
