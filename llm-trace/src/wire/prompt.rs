//! Reads prompts: which strings of a value are what the model is told, and who says them.

use crate::digest::Tally;
use crate::wire::place::Place;
use crate::wire::scalar::Scalar;
use crate::wire::tag::Tag;
use crate::wire::walk::{Node, Visitor};

/// Adds the texts of a prompt to `tally` and returns the number of messages, if it has any.
pub(super) fn read(node: &dyn Node, tally: &mut Tally) -> Option<u64> {
    let mut reader = Reader { tally, messages: 0 };
    for at in [Place::Prompt, Place::Anywhere, Place::Everything] {
        node.walk(&mut reader, at);
        if reader.messages > 0 || !reader.tally.is_empty() {
            break;
        }
    }
    (reader.messages > 0).then_some(reader.messages)
}

struct Reader<'t> {
    tally: &'t mut Tally,
    messages: u64,
}

impl Visitor for Reader<'_> {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        let text = matches!(key, "content" | "parts" | "text" | "Text");
        match at {
            Place::Prompt => {
                matches!(key, "messages" | "input" | "contents").then_some(Place::Messages)
            }
            Place::Message | Place::Text => text.then_some(Place::Text),
            Place::Heading => (key == "role").then_some(Place::Role),
            Place::Anywhere => Some(if text { Place::Text } else { at }),
            Place::Everything => Some(at),
            _ => None,
        }
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        match at {
            Place::Prompt | Place::Messages | Place::Text | Place::Anywhere | Place::Everything => {
                Some(at)
            }
            _ => None,
        }
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if !matches!(at, Place::Prompt | Place::Messages) {
            return Some(at);
        }
        let tag = Tag::of(node);
        if tag.has_role {
            // The role may come after the text, so it is fetched first.
            node.walk(self, Place::Heading);
        } else if at == Place::Messages && tag.has_content {
            self.tally.mark("");
        } else {
            return Some(at);
        }
        self.messages += 1;
        Some(Place::Message)
    }

    fn scalar(&mut self, at: Place, scalar: Scalar<'_>) {
        match at {
            Place::Prompt | Place::Messages | Place::Text | Place::Everything => {
                scalar.with_text(|text| self.tally.part(text));
            }
            Place::Role => scalar.with_text(|role| self.tally.mark(role)),
            _ => {}
        }
    }
}
