//! What an expansion of `#[derive(LlmResponse)]` calls, one function per key of a field.

use crate::response::{LlmResponse, Response};
use crate::usage::Usage;
use crate::value::{Param, Words};

/// Sets what the provider says the answer cost.
pub fn cost<P: Param<f64>>(response: &mut Response, cost: &P) {
    if let Some(cost) = cost.param() {
        response.set_cost(cost);
    }
}

/// Adds why a choice ended.
pub fn finish_reason<W: Words + ?Sized>(response: &mut Response, reason: &W) {
    if let Some(reason) = reason.words() {
        response.add_finish_reason(reason);
    }
}

/// Sets the id of the answer.
pub fn id<W: Words + ?Sized>(response: &mut Response, id: &W) {
    if let Some(id) = id.words() {
        response.set_id(id);
    }
}

/// Sets the model that answered.
pub fn model<W: Words + ?Sized>(response: &mut Response, model: &W) {
    if let Some(model) = model.words() {
        response.set_model(model);
    }
}

/// Reads a part of the answer by its own implementation.
pub fn nested<T: LlmResponse + ?Sized>(response: &mut Response, part: &T) {
    part.read(response);
}

/// Adds a part of the answer's text.
pub fn text<W: Words + ?Sized>(response: &mut Response, text: &W) {
    if let Some(text) = text.words() {
        response.add_text(text);
    }
}

/// Returns a token count; one below zero is none.
pub fn tokens<P: Param<i64>>(count: &P) -> Option<u64> {
    count.param().and_then(|count| u64::try_from(count).ok())
}

/// Sets the token counts that are known.
pub fn usage(response: &mut Response, usage: &(impl Into<Option<Usage>> + Copy)) {
    if let Some(usage) = (*usage).into() {
        response.set_usage(usage);
    }
}
