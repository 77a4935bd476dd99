//! Reads requests: the model and the parameters they ask with. To read another provider's, start here.

use opentelemetry::{Array, KeyValue, StringValue, Value};

use crate::semconv;
use crate::wire::place::{Place, Takes};
use crate::wire::scalar::Scalar;
use crate::wire::walk::{Node, Visitor};

/// Bytes of the longest word that is believed.
const WORD: usize = 512;
/// The most words of a list that are kept.
const WORDS: usize = 32;

/// What a request says of itself.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) model: Option<String>,
    pub(crate) parameters: Vec<KeyValue>,
    tools: i64,
}

/// Reads the parameters of a request. Where two names mean one parameter, the first decides.
pub(super) fn read(node: &dyn Node) -> Asked {
    let mut asked = Asked::default();
    node.walk(&mut asked, Place::Asked);
    if asked.tools > 0 {
        asked.set(semconv::REQUEST_TOOLS, asked.tools);
    }
    asked
}

/// The fields of requests, of all families at once, and of the objects that have parameters in them.
fn in_request(key: &str) -> Option<Place> {
    let takes = |takes, attribute| Some(Place::Parameter(takes, attribute));
    match key {
        // The last is Bedrock's.
        "model" | "model_id" | "modelId" => Some(Place::Model),
        "temperature" => takes(Takes::Amount, semconv::REQUEST_TEMPERATURE),
        // Single letters are Cohere's.
        "top_p" | "topP" | "p" => takes(Takes::Amount, semconv::REQUEST_TOP_P),
        "top_k" | "topK" | "k" => takes(Takes::Count, semconv::REQUEST_TOP_K),
        "frequency_penalty" | "frequencyPenalty" => {
            takes(Takes::Amount, semconv::REQUEST_FREQUENCY_PENALTY)
        }
        "presence_penalty" | "presencePenalty" => {
            takes(Takes::Amount, semconv::REQUEST_PRESENCE_PENALTY)
        }
        // OpenAI's chat completions and its responses; Gemini; Bedrock; Ollama.
        "max_tokens"
        | "max_completion_tokens"
        | "max_output_tokens"
        | "maxOutputTokens"
        | "maxTokens"
        | "num_predict" => takes(Takes::Count, semconv::REQUEST_MAX_TOKENS),
        "stop" | "stop_sequences" | "stopSequences" => {
            takes(Takes::Words, semconv::REQUEST_STOP_SEQUENCES)
        }
        // The second is Mistral's.
        "seed" | "random_seed" => takes(Takes::Integer, semconv::REQUEST_SEED),
        "n" | "candidateCount" | "candidate_count" => {
            takes(Takes::Count, semconv::REQUEST_CHOICE_COUNT)
        }
        "stream" => takes(Takes::Flag, semconv::REQUEST_STREAM),
        // OpenAI and Anthropic; Gemini.
        "reasoning_effort" | "effort" | "thinkingLevel" | "thinking_level" => {
            takes(Takes::Word, semconv::REQUEST_REASONING_LEVEL)
        }
        // OpenAI; Cohere; Gemini.
        "dimensions" | "output_dimension" | "outputDimensionality" | "output_dimensionality" => {
            takes(Takes::Count, semconv::EMBEDDINGS_DIMENSION_COUNT)
        }
        // OpenAI; Cohere.
        "encoding_format" | "embedding_types" => {
            takes(Takes::Words, semconv::REQUEST_ENCODING_FORMATS)
        }
        // OpenAI; its responses and Ollama; Anthropic; Gemini.
        "response_format" | "format" | "output_format" | "responseMimeType"
        | "response_mime_type" => Some(Place::Format),
        "modalities" | "responseModalities" | "response_modalities" => Some(Place::Modalities),
        "tools" | "functions" => Some(Place::Tools),
        // Objects that have parameters; the last line is Gemini's batch of embeddings, and what a
        // type of the user's own may call the request in it.
        "generationConfig" | "generation_config" | "thinkingConfig" | "thinking_config"
        | "inferenceConfig" | "inference_config" | "toolConfig" | "tool_config" | "options"
        | "output_config" | "reasoning" | "text" | "requests" | "request" | "body" => {
            Some(Place::Asked)
        }
        _ => None,
    }
}

/// Returns the kind of answer that a provider's word asks for, in the word of the conventions.
fn output_type(word: &str) -> Option<&'static str> {
    match word {
        "text" | "text/plain" => Some("text"),
        // A schema in itself is an object; the last is genai's.
        "json" | "json_object" | "json_schema" | "object" | "application/json" | "JsonMode" => {
            Some("json")
        }
        "audio" | "AUDIO" => Some("speech"),
        "image" | "IMAGE" => Some("image"),
        _ => None,
    }
}

impl Asked {
    fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if !self.parameters.iter().any(|known| known.key.as_str() == key) {
            self.parameters.push(KeyValue::new(key, value));
        }
    }

    fn add_word(&mut self, key: &'static str, word: &str) {
        let word = StringValue::from(word.to_owned());
        let known = self.parameters.iter_mut().find(|known| known.key.as_str() == key);
        match known.map(|known| &mut known.value) {
            Some(Value::Array(Array::String(words))) if words.len() < WORDS => words.push(word),
            Some(_) => {}
            None => self.set(key, Value::Array(Array::String(vec![word]))),
        }
    }

    fn take_parameter(&mut self, takes: Takes, key: &'static str, scalar: Scalar<'_>) {
        match takes {
            Takes::Amount => {
                if let Some(amount) = scalar.number() {
                    self.set(key, amount);
                }
            }
            // One choice is what is asked for without a word.
            Takes::Count if key == semconv::REQUEST_CHOICE_COUNT && scalar.count() == Some(1) => {}
            Takes::Count => {
                if let Some(count) = scalar.whole().filter(|count| *count >= 0) {
                    self.set(key, count);
                }
            }
            Takes::Integer => {
                if let Some(integer) = scalar.whole() {
                    self.set(key, integer);
                }
            }
            Takes::Flag => {
                if matches!(scalar, Scalar::Flag(true)) {
                    self.set(key, true);
                }
            }
            Takes::Word => with_word(scalar, |word| self.set(key, word.to_owned())),
            Takes::Words => with_word(scalar, |word| self.add_word(key, word)),
        }
    }
}

impl Visitor for Asked {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        match at {
            Place::Asked => in_request(key),
            // What serde_json's `arbitrary_precision` makes of a number.
            Place::Parameter(..) if key.starts_with("$serde_json") => Some(at),
            Place::Format if key == "type" => Some(at),
            Place::Format if key == "JsonSpec" => {
                self.set(semconv::OUTPUT_TYPE, "json");
                None
            }
            // Gemini lists its functions inside of a tool.
            Place::Tool if matches!(key, "functionDeclarations" | "function_declarations") => {
                self.tools -= 1;
                Some(Place::Tools)
            }
            _ => None,
        }
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        match at {
            Place::Asked | Place::Modalities | Place::Parameter(Takes::Words, _) => Some(at),
            Place::Tools => Some(Place::Tool),
            _ => None,
        }
    }

    fn enter(&mut self, at: Place, _node: &dyn Node) -> Option<Place> {
        self.tools += i64::from(at == Place::Tool);
        Some(at)
    }

    fn scalar(&mut self, at: Place, scalar: Scalar<'_>) {
        match at {
            Place::Model => with_word(scalar, |word| {
                self.model.get_or_insert_with(|| word.to_owned());
            }),
            Place::Parameter(takes, key) => self.take_parameter(takes, key, scalar),
            Place::Format | Place::Modalities => with_word(scalar, |word| {
                // Text stands in every list of modalities.
                let is_asked = |kind: &&str| at == Place::Format || *kind != "text";
                if let Some(kind) = output_type(word).filter(is_asked) {
                    self.set(semconv::OUTPUT_TYPE, kind);
                }
            }),
            _ => {}
        }
    }
}

fn with_word(scalar: Scalar<'_>, take: impl FnOnce(&str)) {
    scalar.with_text(|word| {
        if !word.is_empty() && word.len() <= WORD {
            take(word);
        }
    });
}
