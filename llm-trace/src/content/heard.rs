//! Owns [`Heard`]: what a call answered, as far as it is captured, whole or chunk by chunk.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::documents::documents;
use super::messages::{answered, named_finish, of_tool, output_messages};
use super::parts::{text, tool_call};
use super::tree::Room;

/// The most parts of a stream that are told apart.
const PARTS: usize = 256;

/// Takes an answer.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) room: Room,
    kind: Kind,
    /// The answer, where it came in one piece or was repeated at the end.
    whole: Option<Value>,
    /// The text by choice.
    texts: BTreeMap<u8, String>,
    reasoning: String,
    /// The calls of tools by choice and number.
    calls: BTreeMap<(u64, u64), Call>,
}

/// What is heard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Answer,
    /// What a store found.
    Documents,
    /// The same, a few at a time.
    MoreDocuments,
    Stream,
    /// What a tool returned.
    Result,
}

/// A call of a tool, as its pieces come.
#[derive(Debug, Default)]
struct Call {
    id: Option<String>,
    name: String,
    arguments: String,
}

impl Heard {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            room: Room::default(),
            kind,
            whole: None,
            texts: BTreeMap::new(),
            reasoning: String::new(),
            calls: BTreeMap::new(),
        }
    }

    /// Returns whether a value without parts is of interest, too.
    pub(crate) fn takes_scalars(&self) -> bool {
        matches!(self.kind, Kind::Documents | Kind::MoreDocuments | Kind::Result)
    }

    /// Takes a value that was returned, or a chunk.
    pub(crate) fn take(&mut self, value: &Value) {
        match self.kind {
            Kind::Answer => self.whole = self.whole.take().or_else(|| output_messages(value)),
            // Nothing was found, or nothing was returned.
            Kind::Documents | Kind::MoreDocuments if value.is_null() => {}
            Kind::Documents => self.whole = Some(documents(value).into()),
            Kind::MoreDocuments => match &mut self.whole {
                Some(Value::Array(found)) => found.extend(documents(value)),
                _ => self.whole = Some(documents(value).into()),
            },
            Kind::Result => self.whole = Some(of_tool(value)),
            Kind::Stream => self.chunk(value),
        }
    }

    /// Takes a piece of text that was read.
    pub(crate) fn text(&mut self, choice: u8, piece: &str) {
        if self.whole.is_none() && (self.texts.len() < PARTS || self.texts.contains_key(&choice)) {
            self.room.piece(self.texts.entry(choice).or_default(), piece);
        }
    }

    fn call(&mut self, choice: u64, number: u64) -> Option<&mut Call> {
        let is_known = self.calls.contains_key(&(choice, number));
        (is_known || self.calls.len() < PARTS)
            .then(|| self.calls.entry((choice, number)).or_default())
    }

    /// Adds to a call of a tool.
    fn add(
        &mut self,
        at: (u64, u64),
        id: Option<&Value>,
        name: Option<&Value>,
        more: Option<&Value>,
    ) {
        let mut room = self.room;
        let Some(call) = self.call(at.0, at.1) else { return };
        if let Some(id) = id.and_then(Value::as_str) {
            call.id = Some(id.to_owned());
        }
        let word = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        room.piece(&mut call.name, &word(name).unwrap_or_default());
        let more = word(more).or_else(|| more.filter(|it| it.is_object()).map(Value::to_string));
        room.piece(&mut call.arguments, &more.unwrap_or_default());
        self.room = room;
    }

    /// Takes what is no text: calls of tools, reasoning, and an answer that is repeated at the end.
    fn chunk(&mut self, value: &Value) {
        if let Some(items) = value.as_array() {
            for item in items {
                self.chunk(item);
            }
            return;
        }
        let number = |key: &str| value.get(key).and_then(Value::as_u64);
        let delta = &value["delta"];
        match value["type"].as_str().unwrap_or_default() {
            // Anthropic.
            "content_block_start" if value["content_block"]["type"] == "tool_use" => {
                let block = &value["content_block"];
                self.add(
                    (0, number("index").unwrap_or(0)),
                    block.get("id"),
                    block.get("name"),
                    None,
                );
            }
            "content_block_delta" => {
                if let Some(more) = delta.get("partial_json") {
                    self.add((0, number("index").unwrap_or(0)), None, None, Some(more));
                }
                self.think(&delta["thinking"]);
            }
            // OpenAI's responses.
            "response.output_item.added" if value["item"]["type"] == "function_call" => {
                let (item, at) = (&value["item"], number("output_index").unwrap_or(0));
                self.add((0, at), item.get("call_id"), item.get("name"), None);
            }
            "response.function_call_arguments.delta" => {
                self.add((0, number("output_index").unwrap_or(0)), None, None, Some(delta));
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.whole = output_messages(&value["response"]);
            }
            // Cohere.
            "tool-call-start" | "tool-call-delta" => {
                let call = &delta["message"]["tool_calls"];
                let function = &call["function"];
                let at = (0, number("index").unwrap_or(0));
                self.add(at, call.get("id"), function.get("name"), function.get("arguments"));
            }
            _ => self.untyped(value),
        }
    }

    fn untyped(&mut self, value: &Value) {
        for list in ["choices", "candidates"] {
            for (at, choice) in value[list].as_array().into_iter().flatten().enumerate() {
                let choice_index = choice["index"].as_u64().unwrap_or(at as u64);
                self.delta(choice_index, &choice["delta"]);
                for part in choice["content"]["parts"].as_array().into_iter().flatten() {
                    if let Some(call) = part.get("functionCall") {
                        let at = (choice_index, self.calls.len() as u64);
                        self.add(at, call.get("id"), call.get("name"), call.get("args"));
                    }
                }
            }
        }
        // Ollama.
        self.delta(0, &value["message"]);
        // Bedrock.
        let block = |event: &Value| event["contentBlockIndex"].as_u64().unwrap_or(0);
        let start = &value["contentBlockStart"];
        let call = &start["start"]["toolUse"];
        if call.is_object() {
            self.add((0, block(start)), call.get("toolUseId"), call.get("name"), None);
        }
        let event = &value["contentBlockDelta"];
        if let Some(more) = event["delta"]["toolUse"].get("input") {
            self.add((0, block(event)), None, None, Some(more));
        }
    }

    /// OpenAI's form, and that of those who imitate it.
    fn delta(&mut self, choice: u64, delta: &Value) {
        self.think(&delta["reasoning_content"]);
        for (at, call) in delta["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let function = &call["function"];
            let at = (choice, call["index"].as_u64().unwrap_or(at as u64));
            self.add(at, call.get("id"), function.get("name"), function.get("arguments"));
        }
    }

    fn think(&mut self, said: &Value) {
        if let Some(said) = said.as_str() {
            self.room.piece(&mut self.reasoning, said);
        }
    }

    /// Ends: returns the messages, or what a tool returned.
    pub(crate) fn finish<'a>(self, mut reasons: impl Iterator<Item = &'a str>) -> Option<Value> {
        if self.whole.is_some() {
            return self.whole;
        }
        if self.takes_scalars() {
            let text = Value::from(self.texts.into_values().next()?);
            let is_result = self.kind == Kind::Result;
            return Some(if is_result { of_tool(&text) } else { documents(&text).into() });
        }
        let mut choices: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
        if !self.reasoning.is_empty() {
            let part = json!({"type": "reasoning", "content": self.reasoning});
            choices.entry(0).or_default().push(part);
        }
        for (choice, said) in self.texts {
            choices.entry(choice.into()).or_default().push(text(&said));
        }
        for ((choice, _), Call { id, name, arguments }) in self.calls {
            let arguments = (!arguments.is_empty()).then(|| Value::from(arguments));
            let id = id.map(Value::from);
            let part = tool_call(id.as_ref(), Some(&Value::from(name)), arguments.as_ref());
            choices.entry(choice).or_default().push(part);
        }
        let mut next = || named_finish(reasons.next().unwrap_or_default());
        let messages: Vec<_> = choices.into_values().map(|parts| answered(parts, next())).collect();
        (!messages.is_empty()).then_some(Value::Array(messages))
    }
}
