//! Reads answers: which fields an answer has, where it lies, and what goes into a [`Response`].

use opentelemetry::StringValue;

use crate::response::Response;
use crate::wire::place::Place;
use crate::wire::tag::{Kind, Shape, Tag};
use crate::wire::usage::{Count, Counts};
use crate::wire::walk::{Node, Scalar, Visitor};

/// How many objects of the user's own may stand around an answer.
const WRAPPERS: u8 = 2;
/// Bytes of the longest id, model or finish reason that is believed.
const WORD: usize = 512;
/// The most choices whose finish reasons are kept: what OpenAI allows to ask for.
const CHOICES: u8 = 128;
const TICKS_PER_DOLLAR: f64 = 1e10;

/// Reads an answer, or each member of a list of them.
pub(super) fn read(node: &dyn Node, response: &mut Response) {
    if Tag::of(node).shape == Shape::List {
        let mut members = Members { response, answered: false, is_vector: false };
        node.walk(&mut members, Place::Answer);
    } else {
        read_one(node, response);
    }
}

/// Returns whether a field makes an object an answer, whatever else it has.
pub(super) fn is_evidence(key: &str) -> bool {
    matches!(
        in_answer(key),
        Some(Place::Billed | Place::Choices | Place::Count(_) | Place::Finish(_) | Place::Usage)
    )
}

fn read_one(node: &dyn Node, response: &mut Response) -> bool {
    for wrappers in 0..=WRAPPERS {
        let mut finder = Finder { found: 0 };
        node.walk(&mut finder, Place::Wrapped(wrappers));
        if finder.found > 0 {
            if finder.found == 1 {
                Reader::new(node, response).read(node, Place::Wrapped(wrappers));
            }
            return true;
        }
    }
    Reader::new(node, response).read(node, Place::Content);
    false
}

/// The fields of an answer, of all families: no two of them disagree on a name.
fn in_answer(key: &str) -> Option<Place> {
    Some(match key {
        "id" | "responseId" | "response_id" => Place::Id,
        "model" | "modelVersion" | "model_version" | "provider_model_iden" => Place::Model,
        "origin" => Place::Origin,
        "usage" | "usageMetadata" | "usage_metadata" | "total_usage" => Place::Usage,
        "billed_units" => Place::Billed,
        "meta" | "x_groq" => Place::Aside,
        "choices" | "candidates" => Place::Choices,
        "content" | "message" | "output" | "response" | "text" | "choice" => Place::Content,
        "delta" => Place::Delta,
        "status" => Place::Status,
        "incomplete_details" => Place::Incomplete,
        _ => return finish(key, 0).or_else(|| Count::named(key).map(Place::Count)),
    })
}

fn in_usage(key: &str) -> Option<Place> {
    Some(match key {
        "prompt_tokens_details" | "prompt_token_details" | "input_tokens_details" => {
            Place::InputDetails
        }
        "completion_tokens_details" | "output_tokens_details" => Place::OutputDetails,
        "billed_units" => Place::Billed,
        // Cohere counts here what it does not bill.
        "tokens" => Place::Usage,
        "cost" => Place::Dollars,
        "cost_in_usd_ticks" => Place::Ticks,
        _ => return Count::named(key).map(Place::Count),
    })
}

fn in_choice(key: &str, index: u8) -> Option<Place> {
    match key {
        "message" | "delta" | "content" | "text" => Some(Place::Content),
        _ => finish(key, index),
    }
}

fn in_content(key: &str) -> Option<Place> {
    match key {
        "message" | "delta" | "output" | "response" | "content" | "parts" => Some(Place::Content),
        _ => in_part(key),
    }
}

fn in_part(key: &str) -> Option<Place> {
    matches!(key, "text" | "Text" | "refusal").then_some(Place::Content)
}

fn finish(key: &str, index: u8) -> Option<Place> {
    let reason = matches!(
        key,
        "finish_reason" | "finishReason" | "stop_reason" | "stopReason" | "done_reason"
    );
    reason.then_some(Place::Finish(index))
}

/// Reads the members of a list one after another.
struct Members<'r> {
    response: &'r mut Response,
    answered: bool,
    is_vector: bool,
}

impl Visitor for Members<'_> {
    fn field(&mut self, _at: Place, _key: &str) -> Option<Place> {
        None
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        (at == Place::Answer).then_some(Place::Content)
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if at == Place::Answer {
            return Some(at);
        }
        if self.is_vector {
            return None;
        }
        let tag = Tag::of(node);
        self.is_vector = tag.shape == Shape::Number;
        // What stands beside an answer in a tuple is not another part of it, unless it is an event.
        if !self.answered || tag.is_answer || tag.kind != Kind::Unknown {
            self.answered |= read_one(node, self.response);
        }
        None
    }

    fn scalar(&mut self, _at: Place, _scalar: Scalar<'_>) {}
}

/// Counts the answers that lie on one level.
struct Finder {
    found: u32,
}

impl Visitor for Finder {
    fn field(&mut self, at: Place, _key: &str) -> Option<Place> {
        unwrap(at)
    }

    fn item(&mut self, _at: Place) -> Option<Place> {
        None
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if at != Place::Wrapped(0) {
            return Some(at);
        }
        self.found += u32::from(Tag::of(node).is_answer);
        None
    }

    fn scalar(&mut self, _at: Place, _scalar: Scalar<'_>) {}
}

fn unwrap(at: Place) -> Option<Place> {
    match at {
        Place::Wrapped(wrappers) => wrappers.checked_sub(1).map(Place::Wrapped),
        _ => None,
    }
}

/// Reads one answer.
struct Reader<'r> {
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
    fn new(node: &dyn Node, response: &'r mut Response) -> Self {
        let mute = Tag::of(node).kind == Kind::Snapshot && !response.text.is_empty();
        let counts = Counts::default();
        Self { response, counts, choices: 0, status: None, incomplete: None, mute }
    }

    fn read(mut self, node: &dyn Node, at: Place) {
        node.walk(&mut self, at);
        self.response.set_usage(self.counts.usage());
        if let Some(status) = self.incomplete.take().or(self.status.take()) {
            self.set_finish(0, status);
        }
    }

    /// Later events of a stream may repeat the reason of a choice.
    fn set_finish(&mut self, index: u8, reason: String) {
        let (reasons, index) = (&mut self.response.finish_reasons, usize::from(index));
        if reasons.len() <= index {
            // A choice that has not ended yet keeps its position.
            reasons.resize(index + 1, StringValue::from(""));
        }
        reasons[index] = reason.into();
    }
}

impl Visitor for Reader<'_> {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        match at {
            Place::Wrapped(_) => unwrap(at),
            Place::Answer => in_answer(key),
            Place::Origin => match key {
                "response_id" => Some(Place::Id),
                "response_model" => Some(Place::Model),
                _ => None,
            },
            Place::Aside => match key {
                "usage" | "tokens" => Some(Place::Usage),
                "billed_units" => Some(Place::Billed),
                _ => None,
            },
            Place::Usage => in_usage(key),
            Place::Billed => Count::of_bill(key).map(Place::Count),
            Place::InputDetails => Count::of_input(key).map(Place::Count),
            Place::OutputDetails => Count::of_output(key).map(Place::Count),
            // What serde_json's `arbitrary_precision` makes of a number.
            Place::Count(_) | Place::Dollars | Place::Ticks if key.starts_with("$serde_json") => {
                Some(at)
            }
            // Perplexity; Rig.
            Place::Dollars => matches!(key, "total_cost" | "total").then_some(at),
            Place::Model => (key == "model_name").then_some(at),
            Place::Incomplete => (key == "reason").then_some(Place::IncompleteReason),
            Place::Choice(index) => in_choice(key, index),
            Place::Delta => finish(key, 0).or_else(|| in_content(key)),
            // A reason of its own type, such as genai's, has the provider's word inside.
            Place::Finish(_) => Some(at),
            Place::Content => in_content(key),
            Place::Part => in_part(key),
            _ => None,
        }
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        match at {
            Place::Choices => Some(Place::Choice(0)),
            Place::Content | Place::Delta => Some(Place::Part),
            _ => None,
        }
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        match at {
            Place::Wrapped(0) => Tag::of(node).is_answer.then_some(Place::Answer),
            Place::Choice(_) => {
                let index = Tag::of(node).index.unwrap_or(self.choices);
                self.choices = self.choices.saturating_add(1);
                (index < CHOICES).then_some(Place::Choice(index))
            }
            Place::Content | Place::Delta | Place::Part => {
                let tag = Tag::of(node);
                match tag.kind {
                    Kind::Silent => None,
                    Kind::Message => Some(Place::Content),
                    _ if tag.has_role => Some(Place::Content),
                    _ => Some(at),
                }
            }
            _ => Some(at),
        }
    }

    fn scalar(&mut self, at: Place, scalar: Scalar<'_>) {
        match at {
            Place::Content | Place::Delta | Place::Part => {
                scalar.with_text(|text| {
                    if !text.is_empty() && !self.mute {
                        self.response.add_text(text);
                    }
                });
            }
            Place::Count(count) => {
                if let Some(tokens) = scalar.count() {
                    self.counts.set(count, tokens);
                }
            }
            Place::Dollars => {
                if let Some(dollars) = scalar.amount() {
                    self.response.set_cost(dollars);
                }
            }
            Place::Ticks => {
                if let Some(ticks) = scalar.amount() {
                    self.response.set_cost(ticks / TICKS_PER_DOLLAR);
                }
            }
            _ => scalar.with_text(|word| {
                if !word.is_empty() && word.len() <= WORD {
                    self.word(at, word);
                }
            }),
        }
    }
}

impl Reader<'_> {
    fn word(&mut self, at: Place, word: &str) {
        match at {
            Place::Id => self.response.set_id(word),
            Place::Model => self.response.set_model(word),
            Place::Finish(index) => self.set_finish(index, word.to_owned()),
            Place::IncompleteReason => self.incomplete = Some(word.to_owned()),
            Place::Status
                if matches!(word, "completed" | "failed" | "cancelled" | "incomplete") =>
            {
                self.status = Some(word.to_owned());
            }
            _ => {}
        }
    }
}
