//! Owns [`Tag`]: what an object's own fields say about it, whatever their order.

use crate::response::Ending;
use crate::wire::fields;
use crate::wire::place::{Field, Place};
use crate::wire::scalar::Scalar;
use crate::wire::walk::{Node, Visitor};

/// What a value is, as far as its own fields say without a look into them.
///
/// `type` may come after the text that it is about, so it has to be known before the walk.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) shape: Shape,
    pub(super) kind: Kind,
    pub(super) sort: Option<Sort>,
    /// The index of a choice.
    pub(super) index: Option<u8>,
    signs: u8,
    /// What an event says of the end of its stream.
    pub(super) ending: Ending,
    /// Whether a field is there that only answers have, or several that only answers have together.
    pub(super) is_answer: bool,
}

/// A field that says something by being there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    /// Where a message has its text.
    Content = 1,
    Delta = 1 << 1,
    Embeddings = 1 << 2,
    Message = 1 << 3,
    Meta = 1 << 4,
    Role = 1 << 5,
}

/// Which of the tokens of a whole are counted apart, because they have a price of their own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sort {
    Audio,
    Image,
    OneHour,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Shape {
    List,
    Number,
    Object,
    #[default]
    Scalar,
}

/// What `type`, or what stands for it, says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Kind {
    /// A message, whose `content` is to be read.
    Message,
    /// Something that the user does not see as text: reasoning, a tool call.
    Silent,
    /// An event that repeats the whole answer after its parts.
    Snapshot,
    /// Text of the answer.
    Text,
    #[default]
    Unknown,
}

impl Tag {
    pub(super) fn of(node: &dyn Node) -> Self {
        let mut tag = Self::default();
        node.walk(&mut tag, Place::Object);
        // Cohere's embeddings have their usage deeper than any sign of an answer.
        tag.is_answer |= tag.has(Sign::Embeddings) && tag.has(Sign::Meta);
        tag
    }

    fn ends(&mut self, ending: Ending) -> Option<Place> {
        self.ending = ending;
        None
    }

    /// Returns whether a field is there.
    pub(super) fn has(&self, sign: Sign) -> bool {
        self.signs & sign as u8 != 0
    }
}

impl Visitor for Tag {
    fn field(&mut self, _at: Place, key: &str) -> Option<Place> {
        self.shape = Shape::Object;
        self.is_answer |= fields::is_evidence(key);
        self.signs |= Sign::named(key).map_or(0, |sign| sign as u8);
        match key {
            // Gemini; Bedrock.
            "modality" | "ttl" => Some(Place::Field(Field::Sort)),
            "type" => Some(Place::Field(Field::Type)),
            "thought" => Some(Place::Field(Field::Thought)),
            "index" => Some(Place::Field(Field::Index)),
            // Ollama.
            "done" => Some(Place::Field(Field::Done)),
            // Bedrock, whose events are named by their only field.
            "messageStart" => self.ends(Ending::Open),
            "messageStop" => self.ends(Ending::Reached),
            _ => None,
        }
    }

    fn item(&mut self, _at: Place) -> Option<Place> {
        self.shape = Shape::List;
        None
    }

    fn scalar(&mut self, at: Place, scalar: Scalar<'_>) {
        match (at, scalar) {
            (Place::Field(Field::Type), Scalar::Text(name)) if self.kind != Kind::Silent => {
                self.kind = Kind::named(name);
                self.ending = ending(name);
            }
            (Place::Field(Field::Done), Scalar::Flag(true)) => self.ending = Ending::Reached,
            (Place::Field(Field::Done), Scalar::Flag(false)) => self.ending = Ending::Open,
            (Place::Field(Field::Sort), Scalar::Text(name)) => self.sort = Sort::named(name),
            (Place::Field(Field::Thought), Scalar::Flag(true)) => self.kind = Kind::Silent,
            (Place::Field(Field::Index), index) => {
                self.index = index.count().and_then(|index| index.try_into().ok());
            }
            (Place::Object, Scalar::Integer(_) | Scalar::Number(_)) => self.shape = Shape::Number,
            _ => {}
        }
    }
}

/// What the name of an event says of the end: those of Anthropic, of OpenAI's responses, of Cohere.
fn ending(name: &str) -> Ending {
    match name {
        "message_stop"
        | "message-end"
        | "response.completed"
        | "response.failed"
        | "response.incomplete" => Ending::Reached,
        "message_start" | "message-start" | "response.created" => Ending::Open,
        _ => Ending::Untold,
    }
}

impl Sign {
    fn named(key: &str) -> Option<Self> {
        match key {
            "content" | "parts" => Some(Self::Content),
            "delta" => Some(Self::Delta),
            "embeddings" => Some(Self::Embeddings),
            "message" => Some(Self::Message),
            "meta" => Some(Self::Meta),
            "role" => Some(Self::Role),
            _ => None,
        }
    }
}

impl Sort {
    fn named(name: &str) -> Option<Self> {
        match name {
            "AUDIO" => Some(Self::Audio),
            "IMAGE" => Some(Self::Image),
            "1h" => Some(Self::OneHour),
            _ => None,
        }
    }
}

impl Kind {
    fn named(name: &str) -> Self {
        match name {
            "message" => Self::Message,
            "text"
            | "text_delta"
            | "output_text"
            | "refusal"
            | "content_block_delta"
            | "content-delta"
            | "response.output_text.delta"
            | "response.refusal.delta"
            | "streamAssistantItem" => Self::Text,
            "response.completed" | "response.failed" | "response.incomplete" | "finalResponse" => {
                Self::Snapshot
            }
            _ => Self::Silent,
        }
    }
}
