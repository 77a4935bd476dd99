//! Reads usage, model, id, finish reasons, cost and text out of whatever a value serialises to.
//!
//! `walk` drives a value's `Serialize` implementation, `place` names where a value stands, and
//! `fields` says where a key leads; `find` looks for the answer, `answer` and `prompt` take what is
//! met, `slot` names the counts, and `usage` says what they mean. `request` takes what a request asks
//! with. `lines` and `json` read the raw text of streams.

use serde::Serialize;

use crate::digest::Tally;
use crate::response::{LlmResponse, Response};

mod answer;
mod compound;
mod fields;
mod find;
mod json;
mod lines;
mod place;
mod prompt;
mod request;
mod scalar;
mod slot;
mod tag;
#[cfg(test)]
mod tests;
mod usage;
mod walk;

pub(crate) use lines::Lines;
pub(crate) use request::Asked;

/// Reads bytes that are the JSON of an answer; of any others, nothing is known.
impl LlmResponse for [u8] {
    fn read(&self, response: &mut Response) {
        read_bytes(self, response);
    }
}

/// Reads bytes that are the JSON of an answer; of any others, nothing is known.
impl LlmResponse for Vec<u8> {
    fn read(&self, response: &mut Response) {
        read_bytes(self, response);
    }
}

/// Reads an answer, or adds to `response` what one event of a stream says.
///
/// A string that is the JSON of an answer is read as that answer, if it has usage, for a model may
/// well answer in JSON; every other string is the text of an answer.
///
/// The answer may lie up to two objects deep in a type of the user's own; two of them on one level
/// are nobody's answer, and nothing is read. The members of a list are read one after another, as a
/// stream's events are; where they have ids of their own they are answers of their own, whose usage
/// adds up, and what is no number is that of the last. Where nothing looks like an answer, only text is taken: a plain string, or
/// what stands under `content`, `text` or `message`.
pub(crate) fn read_response<T: Serialize + ?Sized>(value: &T, response: &mut Response) {
    find::read(&value, response);
}

/// Reads bytes that are the JSON of an answer with usage.
pub(crate) fn read_bytes(bytes: &[u8], response: &mut Response) {
    find::read_bytes(bytes, response);
}

/// Adds the text of a prompt to `tally` and returns the number of messages, where it has messages.
///
/// A message is an object with a role, or one with content under `messages`, `input` or `contents`.
/// The hash takes the role of each message and then its texts; the length counts text alone. System
/// instructions that stand beside the messages have an argument of their own and are not taken.
/// Plain strings, as an embedding takes them, are parts and no messages. Of a value without
/// messages the strings under `content`, `parts` and `text` are taken, and of one without these
/// every string.
pub(crate) fn read_prompt<T: Serialize + ?Sized>(value: &T, tally: &mut Tally) -> Option<u64> {
    prompt::read(&value, tally)
}

/// Reads the model of a request, and its parameters as the attributes that they become.
pub(crate) fn read_request<T: Serialize + ?Sized>(value: &T) -> Asked {
    request::read(&value)
}

/// Adds the text of a request's prompt to `tally` and returns the number of messages, as
/// [`read_prompt`] does. Of a value that has no prompt where requests have it, nothing is taken.
pub(crate) fn read_messages<T: Serialize + ?Sized>(value: &T, tally: &mut Tally) -> Option<u64> {
    prompt::read_request(&value, tally)
}

/// Adds the system instructions that a request has beside its messages to `tally`.
pub(crate) fn read_instructions<T: Serialize + ?Sized>(value: &T, tally: &mut Tally) {
    prompt::read_instructions(&value, tally);
}
