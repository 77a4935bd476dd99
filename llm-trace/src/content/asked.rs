//! Owns [`Asked`]: what a call was asked, as far as it is captured.

use serde::Serialize;
use serde_json::Value;

use super::messages::{Said, input_messages, instructions, of_tool};
use super::tree::{Room, tree};
use super::{Capture, Heard, Kind};

/// Takes what a call was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) capture: Capture,
    /// Whether a tool is called, and no model.
    pub(crate) is_tool: bool,
    room: Room,
    said: Said,
}

impl Asked {
    pub(crate) fn new(capture: Capture, is_tool: bool) -> Self {
        Self { capture, is_tool, room: Room::default(), said: Said::default() }
    }

    /// Takes a prompt: messages, or what a tool is called with.
    pub(crate) fn prompt<T: Serialize + ?Sized>(&mut self, prompt: &T) {
        let value = tree(prompt, &mut self.room);
        self.said.input = if self.is_tool { Some(of_tool(&value)) } else { input_messages(&value) };
    }

    pub(crate) fn system<T: Serialize + ?Sized>(&mut self, system: &T) {
        self.said.system = instructions(&tree(system, &mut self.room));
    }

    /// Takes what nothing else gave.
    pub(crate) fn request<T: Serialize + ?Sized>(&mut self, request: &T) {
        let value = tree(request, &mut self.room);
        if self.is_tool {
            self.said.input.get_or_insert_with(|| of_tool(&value));
            return;
        }
        let Said { input, system, tools } = Said::of_request(&value);
        self.said.input = self.said.input.take().or(input);
        self.said.system = self.said.system.take().or(system);
        self.said.tools = tools;
    }

    /// Returns what takes the answer.
    pub(crate) fn hear(&self, is_stream: bool) -> Heard {
        Heard::new(match (self.is_tool, is_stream) {
            (true, _) => Kind::Result,
            (false, true) => Kind::Stream,
            (false, false) => Kind::Answer,
        })
    }

    pub(crate) fn take(&mut self) -> [Option<Value>; 3] {
        let Said { input, system, tools } = std::mem::take(&mut self.said);
        [input, system, tools]
    }
}
