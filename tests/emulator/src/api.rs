//! Which provider's words are spoken, by the path of the request.

use serde_json::Value;

use crate::{Turn, anthropic, gemini, openai_chat, openai_responses};

/// An interface of a provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Api {
    /// `POST /v1/chat/completions`
    OpenAiChat,
    /// `POST /v1/responses`
    OpenAiResponses,
    /// `POST /v1/messages`
    Anthropic,
    /// `POST /v1beta/models/{model}:generateContent`
    Gemini,
}

/// What is asked.
pub(crate) struct Asked {
    pub(crate) api: Api,
    pub(crate) model: String,
    pub(crate) is_stream: bool,
    /// The request's number, from 0: later requests carry more, and so use more.
    pub(crate) index: usize,
    pub(crate) has_cache: bool,
}

impl Asked {
    /// A count of cached tokens.
    pub(crate) fn cached(&self, count: usize) -> usize {
        if self.has_cache { count } else { 0 }
    }
}

/// What is answered: a body, or the server-sent events of a stream, with the usage in them.
pub(crate) struct Answer {
    pub(crate) body: Body,
    pub(crate) usage: Value,
}

pub(crate) enum Body {
    Whole(Value),
    Events(Vec<String>),
}

impl Api {
    /// Reads what is asked from the path and the body of a request.
    pub(crate) fn asked(path: &str, body: &Value, index: usize, has_cache: bool) -> Option<Asked> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let of = |api, model: &str, is_stream| {
            Some(Asked { api, model: model.to_owned(), is_stream, index, has_cache })
        };
        let model = body["model"].as_str().unwrap_or_default();
        let is_stream = body["stream"] == true;
        match path {
            "/v1/chat/completions" => of(Self::OpenAiChat, model, is_stream),
            "/v1/responses" => of(Self::OpenAiResponses, model, is_stream),
            "/v1/messages" => of(Self::Anthropic, model, is_stream),
            _ => {
                let (model, verb) = path.rsplit_once("/models/")?.1.split_once(':')?;
                match verb {
                    "generateContent" => of(Self::Gemini, model, false),
                    "streamGenerateContent" if query.contains("alt=sse") => {
                        of(Self::Gemini, model, true)
                    }
                    _ => None,
                }
            }
        }
    }

    /// The answer to a turn that is no failure.
    pub(crate) fn answer(asked: &Asked, turn: &Turn) -> Answer {
        match asked.api {
            Self::OpenAiChat => openai_chat::answer(asked, turn),
            Self::OpenAiResponses => openai_responses::answer(asked, turn),
            Self::Anthropic => anthropic::answer(asked, turn),
            Self::Gemini => gemini::answer(asked, turn),
        }
    }
}

/// The dated model that a name stands for.
pub(crate) fn dated(model: &str) -> String {
    match model {
        "gpt-4o" => "gpt-4o-2024-08-06".to_owned(),
        "gpt-4o-mini" => "gpt-4o-mini-2024-07-18".to_owned(),
        "claude-sonnet-4-5" => "claude-sonnet-4-5-20250929".to_owned(),
        other => other.to_owned(),
    }
}

/// One server-sent event, with a name if the provider gives it one.
pub(crate) fn event(name: Option<&str>, data: &Value) -> String {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}

/// The words of a text, each with the space behind it.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ')
}

/// A text in pieces of a few bytes, as arguments of tools are streamed.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(6).map(|piece| piece.iter().collect()).collect()
}
