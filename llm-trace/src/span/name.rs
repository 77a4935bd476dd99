//! Owns span names: constants joined at compile time, run-time ones kept few.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use crate::operation::Operation;

/// How many span names with a run-time model one process may have.
const RUN_TIME_NAMES: usize = 256;
/// How long a run-time model may be to become part of a span name.
const MODEL_LENGTH: usize = 96;

static SEEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
static FULL: Once = Once::new();

/// Returns the length of `operation` and `target` joined by a space.
#[must_use]
pub const fn joined_len(operation: &str, target: &str) -> usize {
    operation.len() + 1 + target.len()
}

/// Joins `operation` and `target` by a space, at compile time.
#[must_use]
pub const fn join<const N: usize>(operation: &str, target: &str) -> [u8; N] {
    let (operation, target) = (operation.as_bytes(), target.as_bytes());
    let mut name = [b' '; N];
    let mut at = 0;
    while at < N {
        if at < operation.len() {
            name[at] = operation[at];
        } else if at > operation.len() {
            name[at] = target[at - operation.len() - 1];
        }
        at += 1;
    }
    name
}

/// Returns the span name for a model that is known at run time only.
///
/// Backends group by span name, so their number is bounded: past the bound, and for models that
/// are no identifiers, the name is the operation alone, and a warning says so once.
pub(super) fn with_model(operation: Operation, model: &str) -> Cow<'static, str> {
    let stable =
        model.len() <= MODEL_LENGTH && !model.chars().any(|c| c.is_whitespace() || c.is_control());
    let name = format!("{} {model}", operation.as_str());
    if stable && !model.is_empty() {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains(&name) {
            return Cow::Owned(name);
        }
        if seen.len() < RUN_TIME_NAMES {
            seen.insert(name.clone());
            return Cow::Owned(name);
        }
        drop(seen);
    }
    FULL.call_once(|| {
        tracing::warn!(
            target: "llm_trace",
            limit = RUN_TIME_NAMES,
            "a run-time model is left out of the span name: too many different ones, or not an identifier"
        );
    });
    Cow::Borrowed(operation.as_str())
}
