//! Owns [`Reader`], which puts what an answer says into a [`Response`].

use opentelemetry::StringValue;

use crate::response::{Ending, Response};
use crate::wire::fields;
use crate::wire::place::Place;
use crate::wire::scalar::Scalar;
use crate::wire::tag::{Kind, Sign, Tag};
use crate::wire::usage::Counts;
use crate::wire::walk::{Node, Visitor};

/// Bytes of the longest id, model or finish reason that is believed.
const WORD: usize = 512;
/// The most choices whose finish reasons are kept: what OpenAI allows to ask for.
const CHOICES: u8 = 128;
const TICKS_PER_DOLLAR: f64 = 1e10;

/// Reads one answer.
pub(super) struct Reader<'r> {
    response: &'r mut Response,
    counts: Counts,
    /// The number of choices met.
    choices: u8,
    status: Option<String>,
    incomplete: Option<String>,
    /// Whether the text is known already.
    mute: bool,
}

impl<'r> Reader<'r> {
    /// Reads the answer that `node` has at a place.
    pub(super) fn read(node: &dyn Node, at: Place, response: &'r mut Response) {
        let tag = Tag::of(node);
        let mute = tag.kind == Kind::Snapshot && !response.text.is_empty();
        response.come_to(tag.ending);
        if let Some(index) = tag.index {
            response.text.at(index);
        }
        let counts = Counts::default();
        let mut reader =
            Self { response, counts, choices: 0, status: None, incomplete: None, mute };
        node.walk(&mut reader, at);
        reader.finish();
    }

    /// Concludes from what may stand in any order.
    fn finish(mut self) {
        self.response.set_usage(self.counts.usage());
        if let Some(reason) = self.incomplete.take().or(self.status.take()) {
            self.set_finish_reason(0, reason);
        }
    }

    /// Replaces the reason of a choice, since later events of a stream may repeat it.
    fn set_finish_reason(&mut self, index: u8, reason: String) {
        let (reasons, index) = (&mut self.response.finish_reasons, usize::from(index));
        if reasons.len() <= index {
            // A choice that has not ended yet keeps its position.
            reasons.resize(index + 1, StringValue::from(""));
        }
        reasons[index] = reason.into();
    }

    fn take_word(&mut self, at: Place, word: &str) {
        if word.is_empty() || word.len() > WORD {
            return;
        }
        match at {
            // Every chunk of a stream may repeat these.
            Place::Id if self.response.id.as_deref() == Some(word) => {}
            Place::Model if self.response.model.as_deref() == Some(word) => {}
            Place::Id => self.response.set_id(word),
            Place::Model => self.response.set_model(word),
            Place::Finish(index) => self.set_finish_reason(index, word.to_owned()),
            Place::IncompleteReason => self.incomplete = Some(word.to_owned()),
            Place::SearchContext => self.response.set_search_context_size(word),
            Place::Speed => self.response.set_speed(word),
            Place::Tier => self.response.set_service_tier(&word.to_ascii_lowercase()),
            Place::Status if is_final(word) => self.status = Some(word.to_owned()),
            _ => {}
        }
    }

    fn take_text(&mut self, text: &str) {
        if !text.is_empty() && !self.mute {
            self.response.add_text(text);
        }
    }
}

impl Visitor for Reader<'_> {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        fields::field(at, key)
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        fields::item(at)
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        match at {
            Place::Wrapped(0) => Tag::of(node).is_answer.then_some(Place::Answer),
            Place::Choice(_) => {
                let tag = Tag::of(node);
                let index = tag.index.unwrap_or(self.choices);
                self.choices = self.choices.saturating_add(1);
                self.response.come_to(Ending::Open);
                self.response.text.at(index);
                if index >= CHOICES {
                    return None;
                }
                if tag.has(Sign::Delta) && tag.has(Sign::Message) {
                    // Perplexity's events have both, and the message is the whole text so far.
                    node.walk(self, Place::Chunk(index));
                    return self.response.text.is_empty().then_some(Place::Choice(index));
                }
                Some(Place::Choice(index))
            }
            Place::Share(whole) => fields::share(whole, Tag::of(node).sort).map(Place::Counted),
            Place::Iteration => {
                // Compaction, and a model that advises, are billed and not in the usage.
                if Tag::of(node).kind == Kind::Silent {
                    self.response.set_partial();
                }
                None
            }
            Place::Content | Place::Delta | Place::Part => {
                let tag = Tag::of(node);
                match tag.kind {
                    Kind::Silent => None,
                    Kind::Message => Some(Place::Content),
                    _ if tag.has(Sign::Role) => Some(Place::Content),
                    _ => Some(at),
                }
            }
            _ => Some(at),
        }
    }

    fn scalar(&mut self, at: Place, scalar: Scalar<'_>) {
        match at {
            Place::Content | Place::Delta | Place::Part => {
                scalar.with_text(|text| self.take_text(text));
            }
            Place::Count(slot) => {
                if let Some(tokens) = scalar.count() {
                    self.counts.set(slot, tokens);
                }
            }
            Place::Dollars | Place::Ticks => {
                if let Some(amount) = scalar.amount() {
                    let in_ticks = at == Place::Ticks;
                    let dollars = if in_ticks { amount / TICKS_PER_DOLLAR } else { amount };
                    self.response.set_cost(dollars);
                }
            }
            _ => scalar.with_text(|word| self.take_word(at, word)),
        }
    }
}

/// Returns whether the status of OpenAI's responses is one that they end with.
fn is_final(status: &str) -> bool {
    matches!(status, "completed" | "failed" | "cancelled" | "incomplete")
}
