//! Owns [`Facts`]: what a span says that another library wrote, in the words of the conventions.
//!
//! Rig and others write their spans through `tracing` fields: numbers arrive as numbers or as text,
//! a key twice, and under a name that the conventions have given up. `names` knows those names.

mod names;

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::Value;

use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::record::Record;
use crate::request::Request;
use crate::response::Response;
use crate::usage::{Count, Usage};

pub(crate) use names::{
    Fact, Known, Name, Shape, TOOL_OUTCOME, is_call, is_genai, name_of, operation_named,
    provider_named,
};

/// What a library outside of the conventions calls a model for, beside what the conventions name.
const OTHERS: &[&str] =
    &["audio_generation", "image_generation", "moderation", "rerank", "transcription"];

/// What a foreign span is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// An operation of the conventions.
    Known(Operation),
    /// A call of a model for which they have no word.
    Other(&'static str),
}

impl Kind {
    /// Reads the value of `gen_ai.operation.name`, as far as it is one that is counted.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let word = operation_named(word);
        let known = Operation::ALL.iter().find(|known| known.as_str() == word);
        let other = || OTHERS.iter().find(|other| **other == word).copied().map(Self::Other);
        known.copied().map(Self::Known).or_else(other)
    }

    /// Returns the operation by whose rules it is counted.
    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Known(operation) => operation,
            // A call of a model that no agent counts as an inference.
            Self::Other(_) => Operation::Embeddings,
        }
    }
}

/// What is known of a foreign call.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) kind: Option<Kind>,
    pub(crate) provider: Option<Provider>,
    pub(crate) model: Option<String>,
    pub(crate) response: Response,
    agent: Option<String>,
    tool: Option<String>,
    tool_type: Option<String>,
    workflow: Option<String>,
    server_address: Option<String>,
    server_port: Option<u16>,
    error_type: Option<String>,
    outcome: Option<String>,
    has_failed: bool,
}

/// One value, as a field or an attribute has it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said<'a> {
    Text(&'a str),
    Integer(u64),
    Number(f64),
}

impl Said<'_> {
    fn count(self) -> Option<u64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Integer(count) => Some(count),
            // A count that came as a float is one without a fraction.
            Self::Number(number) if number.fract() == 0.0 && (0.0..=9e15).contains(&number) =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
                #[expect(clippy::cast_sign_loss, reason = "the range is checked")]
                Some(number as u64)
            }
            Self::Number(_) => None,
        }
    }

    fn number(self) -> Option<f64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Number(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "dollars are not that many")]
            Self::Integer(count) => Some(count as f64),
        }
    }
}

impl Facts {
    /// Takes one value. What says nothing replaces nothing; else the last of two wins.
    pub(crate) fn take(&mut self, key: &str, said: Said<'_>) {
        if let Name::Known(known) | Name::Renamed(known) = name_of(key) {
            self.take_fact(known.fact, said);
        }
    }

    /// Takes one value of a key that is known.
    pub(crate) fn take_fact(&mut self, fact: Fact, said: Said<'_>) {
        let count = match fact {
            Fact::Input => Count::Input,
            Fact::Output => Count::Output,
            Fact::CacheRead => Count::CacheRead,
            Fact::CacheWrite => Count::CacheWrite,
            Fact::Reasoning => Count::Reasoning,
            _ => return self.take_word(fact, said),
        };
        if let Some(tokens) = said.count() {
            self.response.usage.set(count, tokens);
        }
    }

    fn take_word(&mut self, fact: Fact, said: Said<'_>) {
        match (fact, said) {
            (Fact::Cost, _) => {
                if let Some(dollars) = said.number() {
                    self.response.set_cost(dollars);
                }
            }
            (Fact::Port, _) => {
                let port = said.count().and_then(|port| port.try_into().ok());
                self.server_port = port.or(self.server_port);
            }
            (_, Said::Text(text)) if !text.is_empty() => self.take_text(fact, text),
            _ => {}
        }
    }

    fn take_text(&mut self, fact: Fact, text: &str) {
        let place = match fact {
            Fact::Operation => return self.kind = Kind::named(text).or(self.kind),
            Fact::Provider => {
                return self.provider = Some(Provider::from(provider_named(text)));
            }
            Fact::FinishReasons => return self.response.finish_reasons = words(text),
            Fact::Status => return self.has_failed = text.eq_ignore_ascii_case("error"),
            Fact::Agent => &mut self.agent,
            Fact::ErrorType => &mut self.error_type,
            Fact::Id => &mut self.response.id,
            Fact::Model => &mut self.model,
            Fact::Outcome => &mut self.outcome,
            Fact::ResponseModel => &mut self.response.model,
            Fact::Server => &mut self.server_address,
            Fact::Tool => &mut self.tool,
            Fact::ToolType => &mut self.tool_type,
            Fact::Workflow => &mut self.workflow,
            _ => return,
        };
        *place = Some(text.to_owned());
    }

    /// Returns whether a key is one that is looked at.
    pub(crate) fn wants(key: &str) -> bool {
        matches!(name_of(key), Name::Known(_) | Name::Renamed(_))
    }

    /// Returns the counts of input and output where a part is more than the whole it should be a
    /// part of: then it was counted apart, and the whole is with it.
    ///
    /// Rig up to 0.42 hands on what the provider says, and Anthropic counts the cache apart, Gemini
    /// the thoughts. Where the part is the smaller one, nobody can tell.
    pub(crate) fn counted_apart(&self) -> Usage {
        let usage = &self.response.usage;
        let cached =
            usage.cache_read().unwrap_or(0).saturating_add(usage.cache_write().unwrap_or(0));
        let whole = |count: Option<u64>, part: u64| {
            count.filter(|count| *count < part).map(|count| count.saturating_add(part))
        };
        let input = whole(usage.input(), cached);
        Usage::cache_inclusive(input, whole(usage.output(), usage.reasoning().unwrap_or(0)))
    }

    /// Returns whether the answer has begun to say what it used.
    pub(crate) fn has_usage(&self) -> bool {
        self.response.cost.is_some() || !self.response.usage.is_empty()
    }

    /// Returns the name of what failed, where the span says that it did.
    pub(crate) fn failure(&self) -> Option<Cow<'static, str>> {
        let outcome = self.outcome.as_deref().filter(|outcome| !names::is_success(outcome));
        let word = self.error_type.as_deref().or(outcome);
        match word {
            Some(word) => Some(Cow::Owned(word.to_owned())),
            None => self.has_failed.then_some(Cow::Borrowed("_OTHER")),
        }
    }

    /// Returns all of it as the record of a call. A tool that has no name cannot be told of.
    pub(crate) fn into_record(self, duration: Duration) -> Option<Record> {
        let failure = self.failure();
        let apart = self.counted_apart();
        let kind = self.kind?;
        let operation = kind.operation();
        let mut request = Request::new(operation);
        if let Kind::Other(name) = kind {
            request.operation_name = name;
        }
        request.provider = self.provider;
        request.model = self.model.map(Cow::Owned);
        request.tool_type = self.tool_type;
        request.server_address = self.server_address.map(Cow::Owned);
        request.server_port = self.server_port;
        match operation {
            Operation::ExecuteTool => request.target = Some(Cow::Owned(self.tool?)),
            Operation::InvokeWorkflow => request.target = self.workflow.map(Cow::Owned),
            Operation::InvokeAgent | Operation::CreateAgent => {
                request.target = self.agent.clone().map(Cow::Owned);
            }
            _ => {}
        }
        request.agent = self.agent;
        let mut record = Record::new(request);
        record.duration = duration;
        let is_silent = !(self.response.model.is_some() || self.response.id.is_some())
            && self.response.usage.is_empty();
        record.response = self.response;
        record.response.set_usage(apart);
        // Rig says nothing of errors; where nothing came back, nothing was paid for.
        if failure.is_some() || (is_silent && operation.is_model_call()) {
            record.outcome = Outcome::Error;
        }
        record.error_type = failure;
        Some(record)
    }
}

/// Returns the members of a list that was written as JSON, or the one word that is there.
pub(crate) fn words(text: &str) -> Vec<opentelemetry::StringValue> {
    let list = serde_json::from_str::<Vec<String>>(text);
    let words = list.unwrap_or_else(|_| vec![text.to_owned()]);
    words.into_iter().filter(|word| !word.is_empty()).map(Into::into).collect()
}

/// Returns an attribute's value as one of those that are looked at.
pub(crate) fn said(value: &Value) -> Option<Said<'_>> {
    match value {
        Value::String(text) => Some(Said::Text(text.as_str())),
        Value::I64(count) => u64::try_from(*count).ok().map(Said::Integer),
        Value::F64(number) => Some(Said::Number(*number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semconv;

    fn counted(said: &[(&str, u64)]) -> (Option<u64>, Option<u64>) {
        let mut facts = Facts { kind: Kind::named("chat"), ..Facts::default() };
        for (key, count) in said {
            facts.take(key, Said::Integer(*count));
        }
        let usage = facts.into_record(Duration::ZERO).unwrap().response.usage;
        (usage.input(), usage.output())
    }

    #[test]
    fn a_part_that_is_more_than_the_whole_was_counted_apart() {
        let cached = [
            (semconv::USAGE_INPUT_TOKENS, 37),
            (semconv::USAGE_CACHE_READ_INPUT_TOKENS, 100),
            (semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, 20),
            (semconv::USAGE_OUTPUT_TOKENS, 38),
            (semconv::USAGE_REASONING_OUTPUT_TOKENS, 45),
        ];
        assert_eq!(counted(&cached), (Some(157), Some(83)));

        let within = [
            (semconv::USAGE_INPUT_TOKENS, 157),
            (semconv::USAGE_CACHE_READ_INPUT_TOKENS, 100),
            (semconv::USAGE_OUTPUT_TOKENS, 83),
            (semconv::USAGE_REASONING_OUTPUT_TOKENS, 83),
        ];
        assert_eq!(counted(&within), (Some(157), Some(83)));
        // A part alone says nothing of the whole.
        assert_eq!(counted(&[(semconv::USAGE_REASONING_OUTPUT_TOKENS, 45)]), (None, None));
    }
}
