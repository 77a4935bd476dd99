//! Bodies of each family of providers, generated from what a call really used.

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What a call really used, in the meaning of the conventions.
#[derive(Clone, Copy, Debug)]
struct Used {
    /// Input that is in no cache.
    fresh: u64,
    read: u64,
    written: u64,
    /// Output that is no reasoning.
    said: u64,
    reasoning: u64,
    tools: u64,
}

impl Used {
    fn input(self) -> u64 {
        self.fresh + self.read + self.written
    }

    fn output(self) -> u64 {
        self.said + self.reasoning
    }

    fn all(self) -> [Option<u64>; 5] {
        let Self { read, written, reasoning, .. } = self;
        [Some(self.input()), Some(self.output()), Some(read), Some(written), Some(reasoning)]
    }
}

/// How a family says it, and what has to be read: input, output, cache read and write, reasoning.
struct Sent {
    key: &'static str,
    usage: Vec<(&'static str, Value)>,
    expected: [Option<u64>; 5],
}

/// A family by its name.
type Family = (&'static str, fn(Used) -> Sent);

const FAMILIES: [Family; 8] = [
    ("anthropic", anthropic),
    ("bedrock", bedrock),
    ("chat", chat),
    ("chat that leaves reasoning out", chat_without_reasoning),
    ("cohere", cohere),
    ("gemini", gemini),
    ("gemini by its total", gemini_by_total),
    ("responses", responses),
];

fn anthropic(it: Used) -> Sent {
    let usage = vec![
        ("input_tokens", json!(it.fresh)),
        ("cache_read_input_tokens", json!(it.read)),
        ("cache_creation_input_tokens", json!(it.written)),
        ("output_tokens", json!(it.output())),
        ("output_tokens_details", json!({"thinking_tokens": it.reasoning})),
        ("service_tier", json!("standard")),
    ];
    Sent { key: "usage", usage, expected: it.all() }
}

fn bedrock(it: Used) -> Sent {
    let usage = vec![
        ("inputTokens", json!(it.fresh)),
        ("outputTokens", json!(it.output())),
        ("totalTokens", json!(it.input() + it.output())),
        ("cacheReadInputTokens", json!(it.read)),
        ("cacheWriteInputTokens", json!(it.written)),
    ];
    let [input, output, read, written, _] = it.all();
    Sent { key: "usage", usage, expected: [input, output, read, written, None] }
}

fn chat(it: Used) -> Sent {
    let input = json!({"cached_tokens": it.read, "cache_write_tokens": it.written});
    let usage = vec![
        ("prompt_tokens", json!(it.input())),
        ("completion_tokens", json!(it.output())),
        ("total_tokens", json!(it.input() + it.output())),
        ("prompt_tokens_details", input),
        ("completion_tokens_details", json!({"reasoning_tokens": it.reasoning})),
    ];
    Sent { key: "usage", usage, expected: it.all() }
}

/// The total has the reasoning that the output leaves out.
fn chat_without_reasoning(it: Used) -> Sent {
    let input = it.fresh + it.read;
    let usage = vec![
        ("prompt_tokens", json!(input)),
        ("completion_tokens", json!(it.said)),
        ("total_tokens", json!(input + it.output())),
        ("prompt_tokens_details", json!({"cached_tokens": it.read})),
        ("completion_tokens_details", json!({"reasoning_tokens": it.reasoning})),
    ];
    let [_, output, read, _, reasoning] = it.all();
    Sent { key: "usage", usage, expected: [Some(input), output, read, None, reasoning] }
}

fn cohere(it: Used) -> Sent {
    let input = it.fresh + it.read;
    let billed = json!({"input_tokens": it.fresh.div_ceil(2), "output_tokens": it.said});
    let tokens = json!({"input_tokens": input, "output_tokens": it.output(),
                        "reasoning_tokens": it.reasoning});
    let usage =
        vec![("billed_units", billed), ("tokens", tokens), ("cached_tokens", json!(it.read))];
    let [_, output, read, _, reasoning] = it.all();
    Sent { key: "usage", usage, expected: [Some(input), output, read, None, reasoning] }
}

/// Thoughts stand beside the candidates, and tool use beside the prompt.
fn gemini(it: Used) -> Sent {
    let prompt = it.fresh + it.read;
    let usage = vec![
        ("promptTokenCount", json!(prompt)),
        ("candidatesTokenCount", json!(it.said)),
        ("thoughtsTokenCount", json!(it.reasoning)),
        ("toolUsePromptTokenCount", json!(it.tools)),
        ("cachedContentTokenCount", json!(it.read)),
        ("totalTokenCount", json!(prompt + it.output() + it.tools)),
    ];
    let [_, output, read, _, reasoning] = it.all();
    let expected = [Some(prompt + it.tools), output, read, None, reasoning];
    Sent { key: "usageMetadata", usage, expected }
}

/// A client type that leaves tool use out.
fn gemini_by_total(it: Used) -> Sent {
    let usage = vec![
        ("prompt_token_count", json!(it.fresh)),
        ("candidates_token_count", json!(it.said)),
        ("thoughts_token_count", json!(it.reasoning)),
        ("total_token_count", json!(it.fresh + it.output() + it.tools)),
    ];
    let [_, output, _, _, reasoning] = it.all();
    let expected = [Some(it.fresh + it.tools), output, None, None, reasoning];
    Sent { key: "usage_metadata", usage, expected }
}

fn responses(it: Used) -> Sent {
    let input = json!({"cached_tokens": it.read, "cache_write_tokens": it.written});
    let usage = vec![
        ("input_tokens", json!(it.input())),
        ("output_tokens", json!(it.output())),
        ("total_tokens", json!(it.input() + it.output())),
        ("input_tokens_details", input),
        ("output_tokens_details", json!({"reasoning_tokens": it.reasoning})),
    ];
    Sent { key: "usage", usage, expected: it.all() }
}

/// An object whose fields keep the order they were given.
#[derive(Clone, Debug)]
pub(super) struct Object(pub(super) Vec<(&'static str, Field)>);

#[derive(Clone, Debug)]
pub(super) enum Field {
    Leaf(Value),
    Object(Object),
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, field) in &self.0 {
            match field {
                Field::Leaf(leaf) => map.serialize_entry(key, leaf)?,
                Field::Object(object) => map.serialize_entry(key, object)?,
            }
        }
        map.end()
    }
}

/// A body as a family has it: its name, the body, and what has to be read.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) label: &'static str,
    pub(super) object: Object,
    pub(super) expected: [Option<u64>; 5],
}

/// A body of any family.
pub(super) fn body() -> impl Strategy<Value = Body> {
    (used(), select(FAMILIES.to_vec())).prop_flat_map(|(used, (label, family))| {
        let Sent { key, usage, expected } = family(used);
        object(key, usage).prop_map(move |object| Body { label, object, expected })
    })
}

fn used() -> impl Strategy<Value = Used> {
    let count = || prop_oneof![Just(0), 1_u64..5, 1_u64..2_000_000];
    let counts = (1_u64..1_000_000, count(), count(), 1_u64..100_000, count(), count());
    counts.prop_map(|(fresh, read, written, said, reasoning, tools)| Used {
        fresh,
        read,
        written,
        said,
        reasoning,
        tools,
    })
}

/// An object with the usage under `key`, the fields of both in any order.
fn object(key: &'static str, usage: Vec<(&'static str, Value)>) -> impl Strategy<Value = Object> {
    let leaves = |fields: Vec<(&'static str, Value)>| {
        fields.into_iter().map(|(key, value)| (key, Field::Leaf(value))).collect::<Vec<_>>()
    };
    (Just(usage).prop_shuffle(), 0..4_usize).prop_map(move |(usage, at)| {
        let beside =
            vec![("object", json!("answer")), ("created", json!(1)), ("choices", json!([]))];
        let mut fields = leaves(beside);
        fields.insert(at, (key, Field::Object(Object(leaves(usage)))));
        Object(fields)
    })
}
