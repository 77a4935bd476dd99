//! Reads prompts: which strings of a value are what the model is told, and who says them.

use crate::digest::Tally;
use crate::wire::place::Place;
use crate::wire::scalar::Scalar;
use crate::wire::tag::{Sign, Tag};
use crate::wire::walk::{Node, Visitor};

/// Adds the texts of a prompt to `tally` and returns the number of messages, if it has any.
pub(super) fn read(node: &dyn Node, tally: &mut Tally) -> Option<u64> {
    read_first(node, &[Place::Prompt, Place::Anywhere, Place::Everything], tally)
}

/// Does the same with the prompt that a request has, and with nothing else of it.
pub(super) fn read_request(node: &dyn Node, tally: &mut Tally) -> Option<u64> {
    read_first(node, &[Place::Request], tally)
}

/// Adds the system instructions that stand in a request beside its messages.
pub(super) fn read_instructions(node: &dyn Node, tally: &mut Tally) {
    read_first(node, &[Place::Instructions], tally);
}

/// Walks from each place until there is something.
fn read_first(node: &dyn Node, places: &[Place], tally: &mut Tally) -> Option<u64> {
    let mut reader = Reader { tally, messages: 0 };
    for at in places {
        node.walk(&mut reader, *at);
        if reader.messages > 0 || !reader.tally.is_empty() {
            break;
        }
    }
    (reader.messages > 0).then_some(reader.messages)
}

fn in_request(key: &str) -> Option<Place> {
    match key {
        // Chat; responses and embeddings; Gemini; completions; Cohere's and Gemini's embeddings; stores.
        "messages" | "input" | "contents" | "prompt" | "texts" | "content" | "query" => {
            Some(Place::Messages)
        }
        // Bedrock's.
        "retrievalQuery" | "retrieval_query" => Some(Place::Text),
        // Gemini's batch of embeddings; what a type of the user's own may call the request in it.
        "requests" | "request" | "body" => Some(Place::Request),
        _ => None,
    }
}

fn in_instructions(key: &str) -> Option<Place> {
    match key {
        // Anthropic, Bedrock and Ollama; OpenAI's responses; Gemini.
        "system" | "instructions" | "systemInstruction" | "system_instruction" => Some(Place::Text),
        "request" | "body" => Some(Place::Instructions),
        _ => None,
    }
}

struct Reader<'t> {
    tally: &'t mut Tally,
    messages: u64,
}

impl Visitor for Reader<'_> {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        let text = matches!(key, "content" | "parts" | "text" | "Text");
        match at {
            Place::Request => in_request(key),
            Place::Instructions => in_instructions(key),
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
            Place::Request
            | Place::Instructions
            | Place::Prompt
            | Place::Messages
            | Place::Text
            | Place::Anywhere
            | Place::Everything => Some(at),
            _ => None,
        }
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if !matches!(at, Place::Request | Place::Prompt | Place::Messages) {
            return Some(at);
        }
        let tag = Tag::of(node);
        if tag.has(Sign::Role) {
            // The role may come after the text, so it is fetched first.
            node.walk(self, Place::Heading);
        } else if at == Place::Messages && tag.has(Sign::Content) {
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
