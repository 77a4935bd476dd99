//! Owns [`Response`], what is known of an answer, and [`LlmResponse`], which reads a user's type.

use opentelemetry::StringValue;

use crate::content::Heard;
use crate::cost::{SearchContext, Terms, Tier};
use crate::digest::{Digest, Tally};
use crate::usage::Usage;

/// What is known of a model's answer: the part of a call that is read from its return value.
///
/// An [`LlmResponse`] implementation fills it in. What is not set stays absent.
#[derive(Debug, Default)]
pub struct Response {
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) finish_reasons: Vec<StringValue>,
    pub(crate) usage: Usage,
    pub(crate) cost: Option<f64>,
    pub(crate) terms: Terms,
    /// The text while it is being taken.
    pub(crate) text: Tally,
    /// The answer itself, if it is captured.
    pub(crate) heard: Option<Box<Heard>>,
    /// What is left of the text at the end.
    pub(crate) digest: Option<Digest>,
    /// Whether a stream that said this is over, by what it says itself.
    pub(crate) ending: Ending,
}

/// What the events of a stream say of its end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Ending {
    /// They are of no format that says so.
    #[default]
    Untold,
    /// They are of a format whose last event says so, and it has not come.
    Open,
    /// The last event has come.
    Reached,
}

impl Response {
    /// Sets the provider's id of the answer, `gen_ai.response.id`.
    pub fn set_id(&mut self, id: impl Into<String>) {
        self.id = Some(id.into());
    }

    /// Sets the model that answered, `gen_ai.response.model`.
    pub fn set_model(&mut self, model: impl Into<String>) {
        self.model = Some(model.into());
    }

    /// Adds why a choice ended, to `gen_ai.response.finish_reasons`, in the provider's own word.
    pub fn add_finish_reason(&mut self, reason: impl Into<String>) {
        let reason = StringValue::from(reason.into());
        if self.finish_reasons.is_empty() {
            self.finish_reasons = vec![reason];
        } else {
            self.finish_reasons.push(reason);
        }
    }

    /// Replaces the token counts that `usage` knows.
    pub fn set_usage(&mut self, usage: Usage) {
        self.usage.update(usage);
    }

    /// Sets what the provider says the call cost, in US dollars.
    ///
    /// A cost that is negative or not a number is left out.
    pub fn set_cost(&mut self, dollars: f64) {
        self.cost = Some(dollars).filter(|cost| cost.is_finite() && *cost >= 0.0);
    }

    /// Sets the tier that served the call, in the provider's own word, such as `flex` or `batch`.
    /// It decides the price.
    pub fn set_service_tier(&mut self, tier: &str) {
        self.terms.tier = Some(Tier::named(tier));
    }

    /// Sets the speed at which the call was served, in Anthropic's word: `fast` has its own price.
    pub fn set_speed(&mut self, speed: &str) {
        self.terms.is_fast = speed == "fast";
    }

    /// Sets how much of the web Perplexity read, in its own word: its fee depends on that.
    pub fn set_search_context_size(&mut self, size: &str) {
        self.terms.search_context = SearchContext::named(size);
    }

    /// Says that more is billed than the usage says, so that it has no cost.
    pub(crate) fn set_partial(&mut self) {
        self.terms.is_partial = true;
    }

    /// Adds a part of the answer's text. Its length and keyed hash are kept, and the text itself only
    /// where content is captured: see [`Capture`](super::Capture).
    ///
    /// In a chunk of a stream it is the next piece of the text.
    pub fn add_text(&mut self, text: &str) {
        self.text.part(text);
        if let Some(heard) = &mut self.heard {
            heard.text(self.text.index(), text);
        }
    }

    /// Returns whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.id.is_none()
            && self.model.is_none()
            && self.cost.is_none()
            && self.terms == Terms::default()
            && self.finish_reasons.is_empty()
            && self.usage.is_empty()
            && self.text.is_empty()
    }

    /// Adds what `read` knows and this response does not.
    pub(crate) fn complete(&mut self, mut read: Response) {
        self.id = self.id.take().or(read.id);
        self.model = self.model.take().or(read.model);
        self.cost = self.cost.or(read.cost);
        self.heard = self.heard.take().or(read.heard);
        self.ending = read.ending;
        self.terms.complete(read.terms);
        read.usage.update(self.usage);
        self.usage = read.usage;
        if self.finish_reasons.is_empty() {
            self.finish_reasons = read.finish_reasons;
        }
        if self.text.is_empty() {
            self.text = read.text;
        }
    }

    /// Leaves out what was used: it was counted elsewhere.
    pub(crate) fn forget_usage(&mut self) {
        self.usage = Usage::default();
        self.cost = None;
    }

    /// Takes what an event says of the end.
    pub(crate) fn come_to(&mut self, ending: Ending) {
        if ending == Ending::Reached || self.ending == Ending::Untold {
            self.ending = ending;
        }
    }

    /// Returns whether the events were those of a stream that should have gone on.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.ending == Ending::Open
            && self.finish_reasons.iter().all(|reason| reason.as_str().is_empty())
    }

    /// Turns the text into its digest, if there was any.
    pub(crate) fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.digest = (!text.is_empty()).then(|| text.finish());
    }
}

/// Reads usage, model, id and finish reasons out of a type of your own.
///
/// A type that implements `serde::Serialize` and looks like an answer of OpenAI, Anthropic, Gemini
/// or those that imitate them is read without this trait. Derive it with
/// `#[derive(LlmResponse)]`, or implement it:
///
/// ```
/// use llm_trace::{LlmResponse, Response, Usage};
///
/// struct Answer { text: String, tokens_in: u64, tokens_out: u64 }
///
/// impl LlmResponse for Answer {
///     fn read(&self, response: &mut Response) {
///         response.set_usage(Usage::cache_inclusive(self.tokens_in, self.tokens_out));
///         response.add_text(&self.text);
///     }
/// }
/// # let mut response = Response::default();
/// # Answer { text: "hi".into(), tokens_in: 3, tokens_out: 1 }.read(&mut response);
/// # assert!(format!("{response:?}").contains("Some(3)"));
/// ```
pub trait LlmResponse {
    /// Says what this value knows of the answer.
    fn read(&self, response: &mut Response);
}

macro_rules! look_through {
    ($($pointer:ty),*) => {
        $(impl<T: LlmResponse + ?Sized> LlmResponse for $pointer {
            fn read(&self, response: &mut Response) {
                (**self).read(response);
            }
        })*
    };
}

look_through!(&T, &mut T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>);

impl<T: LlmResponse> LlmResponse for Option<T> {
    fn read(&self, response: &mut Response) {
        if let Some(value) = self {
            value.read(response);
        }
    }
}

impl<T: LlmResponse> LlmResponse for [T] {
    fn read(&self, response: &mut Response) {
        for value in self {
            value.read(response);
        }
    }
}

impl<T: LlmResponse> LlmResponse for Vec<T> {
    fn read(&self, response: &mut Response) {
        self.as_slice().read(response);
    }
}

/// The first member of a pair is the answer.
impl<T: LlmResponse, U> LlmResponse for (T, U) {
    fn read(&self, response: &mut Response) {
        self.0.read(response);
    }
}
