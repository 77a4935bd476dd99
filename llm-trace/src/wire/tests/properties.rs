//! Generated bodies: what every family of providers keeps to, and values that nobody sends.
//!
//! `PROPTEST_CASES=1000000 cargo test -p llm-trace properties` looks longer.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{empty, tokens};
use crate::digest::{Tally, Text};
use crate::wire::{read_instructions, read_messages, read_prompt, read_request, read_response};

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

fn used() -> impl Strategy<Value = Used> {
    let count = || prop_oneof![Just(0), 1_u64..5, 1_u64..2_000_000];
    (1_u64..1_000_000, count(), count(), 1_u64..100_000, count(), count()).prop_map(
        |(fresh, read, written, said, reasoning, tools)| Used {
            fresh,
            read,
            written,
            said,
            reasoning,
            tools,
        },
    )
}

impl Used {
    fn input(self) -> u64 {
        self.fresh + self.read + self.written
    }

    fn output(self) -> u64 {
        self.said + self.reasoning
    }
}

/// An object whose fields keep the order they were given.
#[derive(Clone, Debug)]
struct Object(Vec<(&'static str, Field)>);

#[derive(Clone, Debug)]
enum Field {
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

/// A body with its usage under `key`, and the fields of both in any order.
fn body(key: &'static str, usage: Vec<(&'static str, Value)>) -> impl Strategy<Value = Object> {
    let beside = [("object", json!("answer")), ("created", json!(1)), ("choices", json!([]))];
    (Just(usage).prop_shuffle(), 0..4_usize).prop_map(move |(usage, at)| {
        let leaves = |fields: Vec<(&'static str, Value)>| {
            fields.into_iter().map(|(key, value)| (key, Field::Leaf(value))).collect::<Vec<_>>()
        };
        let mut fields = leaves(beside.to_vec());
        fields.insert(at, (key, Field::Object(Object(leaves(usage)))));
        Object(fields)
    })
}

/// A body of one family, and what has to be read: input, output, cache read and write, reasoning.
fn family() -> impl Strategy<Value = (&'static str, Object, [Option<u64>; 5])> {
    let families: [fn(
        Used,
    )
        -> (&'static str, &'static str, Vec<(&'static str, Value)>, [Option<u64>; 5]);
        8] = [
        |it| {
            let details = json!({"cached_tokens": it.read, "cache_write_tokens": it.written, "audio_tokens": 0});
            let usage = vec![
                ("prompt_tokens", json!(it.input())),
                ("completion_tokens", json!(it.output())),
                ("total_tokens", json!(it.input() + it.output())),
                ("prompt_tokens_details", details),
                ("completion_tokens_details", json!({"reasoning_tokens": it.reasoning})),
            ];
            ("chat", "usage", usage, all(it, Some(it.written), Some(it.reasoning)))
        },
        |it| {
            // The output leaves reasoning out, and the total has it.
            let input = it.fresh + it.read;
            let usage = vec![
                ("prompt_tokens", json!(input)),
                ("completion_tokens", json!(it.said)),
                ("total_tokens", json!(input + it.output())),
                ("prompt_tokens_details", json!({"cached_tokens": it.read})),
                ("completion_tokens_details", json!({"reasoning_tokens": it.reasoning})),
            ];
            let expected =
                [Some(input), Some(it.output()), Some(it.read), None, Some(it.reasoning)];
            ("chat without reasoning", "usage", usage, expected)
        },
        |it| {
            let usage = vec![
                ("input_tokens", json!(it.input())),
                ("output_tokens", json!(it.output())),
                ("total_tokens", json!(it.input() + it.output())),
                (
                    "input_tokens_details",
                    json!({"cached_tokens": it.read, "cache_write_tokens": it.written}),
                ),
                ("output_tokens_details", json!({"reasoning_tokens": it.reasoning})),
            ];
            ("responses", "usage", usage, all(it, Some(it.written), Some(it.reasoning)))
        },
        |it| {
            let usage = vec![
                ("input_tokens", json!(it.fresh)),
                ("cache_read_input_tokens", json!(it.read)),
                ("cache_creation_input_tokens", json!(it.written)),
                ("output_tokens", json!(it.output())),
                ("output_tokens_details", json!({"thinking_tokens": it.reasoning})),
                ("service_tier", json!("standard")),
            ];
            ("anthropic", "usage", usage, all(it, Some(it.written), Some(it.reasoning)))
        },
        |it| {
            let usage = vec![
                ("inputTokens", json!(it.fresh)),
                ("outputTokens", json!(it.output())),
                ("totalTokens", json!(it.input() + it.output())),
                ("cacheReadInputTokens", json!(it.read)),
                ("cacheWriteInputTokens", json!(it.written)),
            ];
            ("bedrock", "usage", usage, all(it, Some(it.written), None))
        },
        |it| {
            let prompt = it.fresh + it.read;
            let usage = vec![
                ("promptTokenCount", json!(prompt)),
                ("candidatesTokenCount", json!(it.said)),
                ("thoughtsTokenCount", json!(it.reasoning)),
                ("toolUsePromptTokenCount", json!(it.tools)),
                ("cachedContentTokenCount", json!(it.read)),
                ("totalTokenCount", json!(prompt + it.output() + it.tools)),
            ];
            let input = Some(prompt + it.tools);
            (
                "gemini",
                "usageMetadata",
                usage,
                [input, Some(it.output()), Some(it.read), None, Some(it.reasoning)],
            )
        },
        |it| {
            // A client type that leaves tool use out.
            let usage = vec![
                ("prompt_token_count", json!(it.fresh)),
                ("candidates_token_count", json!(it.said)),
                ("thoughts_token_count", json!(it.reasoning)),
                ("total_token_count", json!(it.fresh + it.output() + it.tools)),
            ];
            let expected =
                [Some(it.fresh + it.tools), Some(it.output()), None, None, Some(it.reasoning)];
            ("gemini by its total", "usage_metadata", usage, expected)
        },
        |it| {
            let input = it.fresh + it.read;
            let usage = vec![
                (
                    "billed_units",
                    json!({"input_tokens": it.fresh.div_ceil(2), "output_tokens": it.said}),
                ),
                (
                    "tokens",
                    json!({"input_tokens": input, "output_tokens": it.output(), "reasoning_tokens": it.reasoning}),
                ),
                ("cached_tokens", json!(it.read)),
            ];
            let expected =
                [Some(input), Some(it.output()), Some(it.read), None, Some(it.reasoning)];
            ("cohere", "usage", usage, expected)
        },
    ];
    (used(), proptest::sample::select(families.to_vec())).prop_flat_map(|(used, family)| {
        let (label, key, usage, expected) = family(used);
        body(key, usage).prop_map(move |body| (label, body, expected))
    })
}

fn all(it: Used, written: Option<u64>, reasoning: Option<u64>) -> [Option<u64>; 5] {
    [Some(it.input()), Some(it.output()), Some(it.read), written, reasoning]
}

/// Keys that a reader looks for, and one that none does.
const KEYS: [&str; 40] = [
    "usage",
    "usageMetadata",
    "choices",
    "candidates",
    "message",
    "delta",
    "content",
    "parts",
    "text",
    "role",
    "type",
    "id",
    "model",
    "input",
    "output",
    "tokens",
    "billed_units",
    "prompt_tokens",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cached_tokens",
    "prompt_tokens_details",
    "completion_tokens_details",
    "cache_read_input_tokens",
    "cost",
    "cost_in_usd_ticks",
    "finish_reason",
    "status",
    "index",
    "messages",
    "tools",
    "stop",
    "response_format",
    "options",
    "n",
    "meta",
    "embeddings",
    "iterations",
    "other",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        proptest::sample::select(KEYS.to_vec()).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = proptest::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn every_family_gives_what_was_used((label, body, expected) in family()) {
        let mut response = empty();
        read_response(&body, &mut response);
        let [input, output, read, written, reasoning] = tokens(&response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
        prop_assert!(read.unwrap_or(0) + written.unwrap_or(0) <= input.unwrap_or(0), "{}", label);
        prop_assert!(reasoning.unwrap_or(0) <= output.unwrap_or(0), "{}", label);
    }

    #[test]
    fn an_answer_says_the_same_inside_of_another_type((label, body, expected) in family()) {
        let wrapped = Object(vec![
            ("elapsed", Field::Leaf(json!(5))),
            ("inner", Field::Object(Object(vec![("response", Field::Object(body))]))),
        ]);
        let mut response = empty();
        read_response(&wrapped, &mut response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
    }

    #[test]
    fn repeated_events_count_once((label, body, expected) in family(), times in 1..4_usize) {
        let mut response = empty();
        read_response(&vec![body; times], &mut response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
    }

    #[test]
    fn no_value_is_too_strange(value in anything()) {
        let mut response = empty();
        read_response(&value, &mut response);
        read_prompt(&value, &mut Tally::hashing(Text::Prompt));
        read_messages(&value, &mut Tally::hashing(Text::Prompt));
        read_instructions(&value, &mut Tally::hashing(Text::System));
        let asked = read_request(&value);

        prop_assert!(response.cost.is_none_or(|cost| cost.is_finite() && cost >= 0.0));
        let mut keys: Vec<_> = asked.parameters.iter().map(|it| it.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), asked.parameters.len());
    }
}
