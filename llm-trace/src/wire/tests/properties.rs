//! Generated bodies: what every family of providers keeps to, and values that nobody sends.
//!
//! `PROPTEST_CASES=1000000 cargo test -p llm-trace properties` looks longer.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Map, Value, json};

use super::families::{Body, Field, Object, body};
use super::{empty, tokens};
use crate::digest::{Tally, Text};
use crate::wire::{read_instructions, read_messages, read_prompt, read_request, read_response};

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
    fn every_family_gives_what_was_used(Body { label, object, expected } in body()) {
        let mut response = empty();
        read_response(&object, &mut response);
        let [input, output, read, written, reasoning] = tokens(&response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
        prop_assert!(read.unwrap_or(0) + written.unwrap_or(0) <= input.unwrap_or(0), "{}", label);
        prop_assert!(reasoning.unwrap_or(0) <= output.unwrap_or(0), "{}", label);
    }

    #[test]
    fn an_answer_says_the_same_inside_of_another_type(Body { label, object, expected } in body()) {
        let wrapped = Object(vec![
            ("elapsed", Field::Leaf(json!(5))),
            ("inner", Field::Object(Object(vec![("response", Field::Object(object))]))),
        ]);
        let mut response = empty();
        read_response(&wrapped, &mut response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
    }

    #[test]
    fn text_says_what_the_value_says(Body { label, object, expected } in body()) {
        let mut response = empty();
        read_response(&serde_json::to_string(&object).unwrap(), &mut response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
    }

    #[test]
    fn repeated_events_count_once(Body { label, object, expected } in body(), times in 1..4_usize) {
        let mut response = empty();
        read_response(&vec![object; times], &mut response);

        prop_assert_eq!(tokens(&response), expected, "{}", label);
    }

    #[test]
    fn no_value_is_too_strange(value in anything()) {
        let mut response = empty();
        read_response(&value, &mut response);
        read_response(&value.to_string(), &mut response);
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
