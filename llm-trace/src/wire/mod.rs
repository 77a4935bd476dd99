//! Reads usage, model, id, finish reasons and text out of whatever a value serialises to.

use serde::Serialize;

use crate::digest::Tally;
use crate::response::Response;

/// Reads an answer.
pub(crate) fn read_response<T: Serialize + ?Sized>(_value: &T, _response: &mut Response) {}

/// Adds the text of a prompt to `tally` and returns the number of messages, where it has messages.
pub(crate) fn read_prompt<T: Serialize + ?Sized>(_value: &T, _tally: &mut Tally) -> Option<u64> {
    None
}
