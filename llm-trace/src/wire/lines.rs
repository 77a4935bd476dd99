//! Owns [`Lines`]: the raw text of a stream, put together again from pieces cut at any byte.
//!
//! Server-sent events have their JSON after `data:`; Ollama sends one JSON value per line. A stream
//! that is neither is taken for the answer's own text.

use crate::response::{Ending, Response};
use crate::wire::find;
use crate::wire::json::{Budget, Json};

/// The longest line that is read: no event is longer.
const LINE: usize = 1 << 20;
/// How much space may come before a stream says what it is.
const SPACE: usize = 1 << 12;
/// How the first line of server-sent events begins, and that of JSON lines.
const STARTS: &[&str] = &["data:", "event:", "id:", "retry:", ":", "{"];

/// Takes the pieces of a stream.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    kind: Kind,
    /// A line that goes on in the next piece.
    open: Vec<u8>,
    /// Whether the line is too long, and is passed over.
    skips: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Kind {
    /// Too little has come.
    #[default]
    Unknown,
    Lines,
    Text,
}

impl Lines {
    /// Adds what the next piece says.
    pub(crate) fn read(&mut self, piece: &[u8], response: &mut Response) {
        match self.kind {
            Kind::Lines => self.read_lines(piece, response),
            Kind::Text => add_text(piece, response),
            Kind::Unknown => {
                self.open.extend_from_slice(piece);
                self.kind = kind(&self.open);
                if self.kind != Kind::Unknown {
                    let begun = std::mem::take(&mut self.open);
                    self.read(&begun, response);
                }
            }
        }
    }

    /// Reads what no line break ended.
    pub(crate) fn finish(&mut self, response: &mut Response) {
        let open = std::mem::take(&mut self.open);
        match self.kind {
            Kind::Lines => read_line(&open, response),
            Kind::Unknown if !open.is_empty() => add_text(&open, response),
            _ => {}
        }
    }

    fn read_lines(&mut self, mut piece: &[u8], response: &mut Response) {
        while let Some(end) = piece.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = piece.split_at(end);
            if self.open.is_empty() && !self.skips {
                read_line(line, response);
            } else {
                self.extend(line);
                read_line(&self.open, response);
                self.open.clear();
            }
            self.skips = false;
            piece = &rest[1..];
        }
        self.extend(piece);
    }

    fn extend(&mut self, part: &[u8]) {
        self.skips |= self.open.len() + part.len() > LINE;
        if self.skips {
            self.open.clear();
        } else {
            self.open.extend_from_slice(part);
        }
    }
}

fn kind(begun: &[u8]) -> Kind {
    let length = begun.len();
    // A mark of the byte order may come first.
    let begun = begun.strip_prefix("\u{feff}".as_bytes()).unwrap_or(begun).trim_ascii_start();
    if STARTS.iter().any(|start| begun.starts_with(start.as_bytes())) {
        return Kind::Lines;
    }
    let may_be = STARTS.iter().any(|start| start.as_bytes().starts_with(begun));
    if may_be && length < SPACE { Kind::Unknown } else { Kind::Text }
}

fn read_line(line: &[u8], response: &mut Response) {
    let Ok(line) = str::from_utf8(line) else { return };
    let line = line.trim_start_matches('\u{feff}').trim();
    let data = match line.strip_prefix("data:") {
        Some(data) => data.trim_start(),
        None if line.starts_with('{') => line,
        None => return,
    };
    // How OpenAI and those that imitate it end a stream.
    if data == "[DONE]" {
        response.come_to(Ending::Reached);
    } else if data.starts_with('{') {
        let budget = Budget::default();
        find::read(&&Json::trust(data, &budget), response);
    }
}

fn add_text(piece: &[u8], response: &mut Response) {
    if let Ok(text) = str::from_utf8(piece) {
        response.add_text(text);
    }
}
