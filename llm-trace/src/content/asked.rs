//! Owns [`Asked`]: what a call was asked, as far as it is captured.

use serde::Serialize;
use serde_json::Value;

use super::documents::{query, query_of};
use super::messages::{Said, input_messages, instructions, of_tool};
use super::tree::{Room, tree};
use super::{Capture, Heard, Kind};
use crate::operation::Operation;
use crate::semconv;

/// Takes what a call was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) capture: Capture,
    operation: Operation,
    room: Room,
    said: Said,
}

impl Asked {
    pub(crate) fn new(capture: Capture, operation: Operation) -> Self {
        Self { capture, operation, room: Room::default(), said: Said::default() }
    }

    /// Returns the attributes that carry what the call was asked, and what it answered.
    pub(crate) fn keys(&self) -> (&'static str, &'static str) {
        match self.operation {
            Operation::ExecuteTool => (semconv::TOOL_CALL_ARGUMENTS, semconv::TOOL_CALL_RESULT),
            Operation::Retrieval => (semconv::RETRIEVAL_QUERY_TEXT, semconv::RETRIEVAL_DOCUMENTS),
            _ => (semconv::INPUT_MESSAGES, semconv::OUTPUT_MESSAGES),
        }
    }

    /// Takes a prompt: messages, a query, or what a tool is called with.
    pub(crate) fn prompt<T: Serialize + ?Sized>(&mut self, prompt: &T) {
        let value = tree(prompt, &mut self.room);
        self.said.input = match self.operation {
            Operation::ExecuteTool => Some(of_tool(&value)),
            Operation::Retrieval => query(&value),
            _ => input_messages(&value),
        };
    }

    pub(crate) fn system<T: Serialize + ?Sized>(&mut self, system: &T) {
        self.said.system = instructions(&tree(system, &mut self.room));
    }

    /// Takes what nothing else gave.
    pub(crate) fn request<T: Serialize + ?Sized>(&mut self, request: &T) {
        let value = tree(request, &mut self.room);
        match self.operation {
            Operation::ExecuteTool => {
                self.said.input.get_or_insert_with(|| of_tool(&value));
                return;
            }
            Operation::Retrieval => {
                self.said.input = self.said.input.take().or_else(|| query_of(&value));
                return;
            }
            _ => {}
        }
        let Said { input, system, tools } = Said::of_request(&value);
        self.said.input = self.said.input.take().or(input);
        self.said.system = self.said.system.take().or(system);
        self.said.tools = tools;
    }

    /// Returns what takes the answer.
    pub(crate) fn hear(&self, is_stream: bool) -> Heard {
        Heard::new(match self.operation {
            Operation::ExecuteTool => Kind::Result,
            Operation::Retrieval if is_stream => Kind::MoreDocuments,
            Operation::Retrieval => Kind::Documents,
            _ if is_stream => Kind::Stream,
            _ => Kind::Answer,
        })
    }

    pub(crate) fn take(&mut self) -> [Option<Value>; 3] {
        let Said { input, system, tools } = std::mem::take(&mut self.said);
        [input, system, tools]
    }
}
