//! Reads usage, model, id, finish reasons, cost and text out of whatever a value serialises to.
//!
//! `walk` drives a value's `Serialize` implementation, `place` names where a value stands,
//! `tag` looks at one object's own fields, and `answer`, `usage` and `prompt` say what it all means.

use serde::Serialize;

use crate::digest::Tally;
use crate::response::Response;

mod answer;
mod place;
mod prompt;
mod tag;
#[cfg(test)]
mod tests;
mod usage;
mod walk;

/// Reads an answer, or adds to `response` what one event of a stream says.
///
/// The answer may lie up to two objects deep in a type of the user's own; two of them on one level
/// are nobody's answer, and nothing is read. The members of a list are read one after another, as a
/// stream's events are. Where nothing looks like an answer, only text is taken: a plain string, or
/// what stands under `content`, `text` or `message`.
pub(crate) fn read_response<T: Serialize + ?Sized>(value: &T, response: &mut Response) {
    answer::read(&value, response);
}

/// Adds the text of a prompt to `tally` and returns the number of messages, where it has messages.
///
/// A message is an object with a role, or a member of `messages`, `input` or `contents`. The hash
/// takes the role of each message and then its texts; the length counts text alone. Plain strings,
/// as an embedding takes them, are parts and no messages. Of a value without messages the strings
/// under `content` and `text` are taken, and of one without these every string.
pub(crate) fn read_prompt<T: Serialize + ?Sized>(value: &T, tally: &mut Tally) -> Option<u64> {
    prompt::read(&value, tally)
}
