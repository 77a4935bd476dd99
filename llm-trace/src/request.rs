//! Owns [`Request`]: what is known of a call before it is made.
//!
//! The methods are what an expansion of `#[llm_span]` calls, one per argument, so their names are
//! the arguments' names. Each takes what a user would write there, `Option` included.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::trace::SpanContext;
use opentelemetry::{KeyValue, Value};
use serde::Serialize;

use crate::content::{Asked, Capture};
use crate::digest::{Digest, Tally, Text};
use crate::operation::Operation;
use crate::provider::Provider;
use crate::semconv;
use crate::trace_context::TraceContexts;
use crate::value::{Attribute, Param, WordList, Words};
use crate::wire;

/// What is known of a call before it is made.
#[derive(Debug)]
pub struct Request {
    pub(crate) operation: Operation,
    /// The operation's name; another one only where the conventions have none.
    pub(crate) operation_name: &'static str,
    pub(crate) provider: Option<Provider>,
    pub(crate) model: Option<Cow<'static, str>>,
    /// The agent, tool, workflow or data source, by the name that the span carries.
    pub(crate) target: Option<Cow<'static, str>>,
    /// The agent that makes the call, where the call is not the agent's own.
    pub(crate) agent: Option<String>,
    pub(crate) tool_type: Option<String>,
    pub(crate) server_address: Option<Cow<'static, str>>,
    pub(crate) server_port: Option<u16>,
    /// Whether anybody will see the hashes.
    pub(crate) hashing: bool,
    pub(crate) prompt: Option<Digest>,
    pub(crate) system: Option<Digest>,
    pub(crate) messages: Option<u64>,
    /// What the call was asked, if it is captured.
    pub(crate) asked: Option<Box<Asked>>,
    /// Everything that is only carried to the span.
    pub(crate) attributes: Vec<KeyValue>,
    /// The span above, where it is not the current one.
    pub(crate) parent: Option<Box<SpanContext>>,
    pub(crate) links: Vec<SpanContext>,
}

macro_rules! params {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $key:ident;)*) => {
        /// Request parameters, by the short names of `gen_ai.request.*`.
        impl Request {
            $(
                $(#[$doc])*
                pub fn $name(&mut self, value: impl Param<$kind>) {
                    self.set(semconv::$key, value.param());
                }
            )*
        }
    };
}

params! {
    /// Sets which attempt this is, counted from 1: `llm_trace.attempt`.
    attempt: i64 = ATTEMPT;
    /// Sets the number of choices asked for.
    choice_count: i64 = REQUEST_CHOICE_COUNT;
    /// Sets the dimensions asked of an embedding.
    dimensions: i64 = EMBEDDINGS_DIMENSION_COUNT;
    /// Sets the frequency penalty.
    frequency_penalty: f64 = REQUEST_FREQUENCY_PENALTY;
    /// Sets the most tokens the answer may have.
    max_tokens: i64 = REQUEST_MAX_TOKENS;
    /// Sets the presence penalty.
    presence_penalty: f64 = REQUEST_PRESENCE_PENALTY;
    /// Sets the seed.
    seed: i64 = REQUEST_SEED;
    /// Sets the temperature.
    temperature: f64 = REQUEST_TEMPERATURE;
    /// Sets the nucleus sampling threshold.
    top_p: f64 = REQUEST_TOP_P;
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $key:ident;)*) => {
        /// Names and ids.
        impl Request {
            $(
                $(#[$doc])*
                pub fn $name(&mut self, value: impl Words) {
                    self.set(semconv::$key, value.words().map(string));
                }
            )*
        }
    };
}

words! {
    /// Sets the id of the conversation; never a hash of its content.
    conversation = CONVERSATION_ID;
    /// Sets the kind of answer asked for: `text`, `json`, `image` or `speech`.
    output_type = OUTPUT_TYPE;
    /// Sets the name of the prompt template.
    prompt_name = PROMPT_NAME;
    /// Sets the version of the prompt template.
    prompt_version = PROMPT_VERSION;
    /// Sets the reasoning level in the provider's own word.
    reasoning_level = REQUEST_REASONING_LEVEL;
    /// Sets the id of the tool call that the model made.
    tool_call_id = TOOL_CALL_ID;
    /// Sets the id of the user.
    user = USER_ID;
}

impl Request {
    pub(crate) fn new(operation: Operation) -> Self {
        Self {
            operation,
            operation_name: operation.as_str(),
            provider: None,
            model: None,
            target: None,
            agent: None,
            tool_type: None,
            server_address: None,
            server_port: None,
            hashing: false,
            prompt: None,
            system: None,
            messages: None,
            asked: None,
            attributes: Vec::new(),
            parent: None,
            links: Vec::new(),
        }
    }

    /// Sets a provider that is known at run time only.
    pub fn provider(&mut self, provider: impl Into<Provider>) {
        self.provider = Some(provider.into());
    }

    /// Sets a model that is known at run time only.
    pub fn model(&mut self, model: impl Words) {
        self.model = model.words().map(|model| Cow::Owned(model.to_owned()));
    }

    /// Sets the run-time name of the agent: the one that runs, or the one that makes the call.
    pub fn agent_name(&mut self, name: impl Words) {
        let Some(name) = name.words() else { return };
        match self.operation {
            Operation::CreateAgent | Operation::InvokeAgent => {
                self.target = Some(Cow::Owned(name.to_owned()));
            }
            _ => self.agent = Some(name.to_owned()),
        }
    }

    /// Sets the type of the tool: `function`, `extension` or `datastore`.
    pub fn tool_type(&mut self, kind: impl Words) {
        self.tool_type = kind.words().map(str::to_owned);
    }

    /// Sets the server from `host:port` or `host`.
    pub fn server(&mut self, server: impl Words) {
        let Some(server) = server.words() else { return };
        // The colons of an IPv6 address without brackets are not that of a port.
        let is_port = |(host, _): &(&str, &str)| host.ends_with(']') || !host.contains(':');
        let split = server.rsplit_once(':').filter(is_port);
        let port = split.and_then(|(_, port)| port.parse().ok());
        let address = split.filter(|_| port.is_some()).map_or(server, |(address, _)| address);
        self.server_port = port;
        self.server_address = Some(Cow::Owned(address.to_owned()));
    }

    /// Sets the number of candidates per step: of sampling, or of documents on a retrieval.
    pub fn top_k(&mut self, value: impl Param<i64>) {
        self.set(self.top_k_key(), value.param());
    }

    /// Sets the encoding formats asked of an embedding.
    pub fn encoding_formats(&mut self, formats: impl WordList) {
        self.set(semconv::REQUEST_ENCODING_FORMATS, formats.list());
    }

    /// Sets the sequences that end an answer.
    pub fn stop_sequences(&mut self, sequences: impl WordList) {
        self.set(semconv::REQUEST_STOP_SEQUENCES, sequences.list());
    }

    /// Lowers how much of the content leaves: `off`, `redacted` or `full`.
    pub fn capture(&mut self, capture: &str) {
        let capture = Capture::named(capture).unwrap_or_default();
        match &mut self.asked {
            Some(_) if capture == Capture::Off => self.asked = None,
            Some(asked) => asked.capture = asked.capture.min(capture),
            None => {}
        }
    }

    /// Takes length, hash and number of messages of the prompt: a text, a message, or several.
    pub fn prompt<T: Serialize + ?Sized>(&mut self, prompt: &T) {
        self.ask(|asked| asked.prompt(prompt));
        self.take_prompt(|tally| wire::read_prompt(prompt, tally));
    }

    /// Takes length and hash of the system instructions.
    pub fn system<T: Serialize + ?Sized>(&mut self, system: &T) {
        self.ask(|asked| asked.system(system));
        self.take_system(|tally| {
            wire::read_prompt(system, tally);
        });
    }

    /// Takes parameters, prompt and system instructions of a request, where nothing else gave them.
    pub fn request<T: Serialize + ?Sized>(&mut self, request: &T) {
        self.ask(|asked| asked.request(request));
        let asked = guarded(|| wire::read_request(request)).unwrap_or_default();
        for KeyValue { key, value, .. } in asked.parameters {
            let key =
                if key.as_str() == semconv::REQUEST_TOP_K { self.top_k_key().into() } else { key };
            if !self.attributes.iter().any(|known| known.key == key) {
                self.attributes.push(KeyValue::new(key, value));
            }
        }
        if self.prompt.is_none() {
            self.take_prompt(|tally| wire::read_messages(request, tally));
            self.prompt.take_if(|prompt| prompt.length == 0 && self.messages.is_none());
        }
        if self.system.is_none() {
            self.take_system(|tally| wire::read_instructions(request, tally));
            self.system.take_if(|system| system.length == 0);
        }
    }

    /// Takes the model of a request.
    pub fn request_model<T: Serialize + ?Sized>(&mut self, request: &T) {
        self.model = guarded(|| wire::read_request(request).model).flatten().map(Cow::Owned);
    }

    /// Says that the answer was asked for as a stream.
    pub fn stream(&mut self) {
        if self.operation.is_model_call() {
            self.set(semconv::REQUEST_STREAM, Some(true));
        }
    }

    /// Sets the span above; of several, the last.
    pub fn parent(&mut self, value: impl TraceContexts) {
        value.each(&mut |context| self.parent = Some(Box::new(context.span_context())));
    }

    /// Links the span to others.
    pub fn links(&mut self, value: impl TraceContexts) {
        value.each(&mut |context| self.links.push(context.span_context()));
    }

    /// Sets any other attribute.
    pub fn field(&mut self, key: &'static str, value: impl Attribute) {
        self.set(key, value.attribute());
    }

    fn ask(&mut self, ask: impl FnOnce(&mut Asked)) {
        if let Some(asked) = &mut self.asked {
            guarded(|| ask(asked));
        }
    }

    fn take_prompt(&mut self, read: impl FnOnce(&mut Tally) -> Option<u64>) {
        let mut tally = self.tally(Text::Prompt);
        if let Some(messages) = guarded(|| read(&mut tally)) {
            self.messages = messages;
            self.prompt = Some(tally.finish());
        }
    }

    fn take_system(&mut self, read: impl FnOnce(&mut Tally)) {
        let mut tally = self.tally(Text::System);
        self.system = guarded(|| read(&mut tally)).map(|()| tally.finish());
    }

    fn tally(&self, text: Text) -> Tally {
        if self.hashing { Tally::hashing(text) } else { Tally::counting() }
    }

    fn top_k_key(&self) -> &'static str {
        let retrieval = self.operation == Operation::Retrieval;
        if retrieval { semconv::RETRIEVAL_TOP_K } else { semconv::REQUEST_TOP_K }
    }

    fn set(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.attributes.push(KeyValue::new(key, value));
        }
    }
}

/// Reads a value of the user's, whose `Serialize` implementation may panic: the call goes on.
fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned().into())
}
