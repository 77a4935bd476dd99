//! Values that no provider sends: they may not panic, hang or grow, and spoil no more than themselves.

use std::fmt;

use serde::ser::{Error, SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::{Expected, check, empty};
use crate::digest::Tally;
use crate::response::Response;
use crate::wire::{read_prompt, read_response};

/// Anything that a value can serialise to, fields in their own order.
#[derive(Clone)]
enum Wild {
    Bytes(&'static [u8]),
    Fail,
    Flag(bool),
    Float(f64),
    Huge(u128),
    Integer(i64),
    List(Vec<Wild>),
    Map(Vec<(Wild, Wild)>),
    Newtype(Box<Wild>),
    Null,
    Shown(Unshowable),
    Some(Box<Wild>),
    Struct(Vec<(&'static str, Wild)>),
    Text(&'static str),
    Tuple(Vec<Wild>),
    Variant(&'static str, Box<Wild>),
}

/// Fails to be displayed.
#[derive(Clone)]
struct Unshowable;

impl fmt::Display for Unshowable {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

impl Serialize for Wild {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Fail => Err(S::Error::custom("out of order")),
            Self::Flag(flag) => flag.serialize(serializer),
            Self::Float(number) => number.serialize(serializer),
            Self::Huge(number) => number.serialize(serializer),
            Self::Integer(number) => number.serialize(serializer),
            Self::List(members) => {
                let mut list = serializer.serialize_seq(None)?;
                members.iter().try_for_each(|member| list.serialize_element(member))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::Newtype(inner) => serializer.serialize_newtype_struct("Newtype", inner),
            Self::Null => serializer.serialize_unit(),
            Self::Shown(shown) => serializer.collect_str(shown),
            Self::Some(inner) => serializer.serialize_some(inner),
            Self::Struct(fields) => {
                let mut object = serializer.serialize_struct("Struct", fields.len())?;
                fields.iter().try_for_each(|(key, value)| object.serialize_field(key, value))?;
                object.end()
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::Tuple(members) => members.iter().collect::<Vec<_>>().serialize(serializer),
            Self::Variant(name, inner) => {
                serializer.serialize_newtype_variant("Enum", 0, name, inner)
            }
        }
    }
}

fn read(value: &impl Serialize) -> Response {
    let mut response = empty();
    read_response(value, &mut response);
    read_prompt(value, &mut Tally::counting());
    response
}

fn usage(counts: &[(&'static str, Wild)]) -> Wild {
    Wild::Struct(vec![("usage", Wild::Struct(counts.to_vec()))])
}

#[test]
fn numbers_that_are_no_counts_are_left_out() {
    let cases = [
        ("negative", Wild::Integer(-1), None),
        ("not a number", Wild::Float(f64::NAN), None),
        ("infinite", Wild::Float(f64::INFINITY), None),
        ("broken", Wild::Float(1.5), None),
        ("more than an attribute holds", Wild::Huge(1 << 63), None),
        ("more than a count holds", Wild::Huge(u128::MAX), None),
        ("a flag", Wild::Flag(true), None),
        ("a list", Wild::List(vec![Wild::Integer(5)]), None),
        ("an object", Wild::Struct(vec![("value", Wild::Integer(5))]), None),
        ("a whole float", Wild::Float(5.0), Some(5)),
        ("digits", Wild::Text("5"), Some(5)),
        ("wrapped", Wild::Some(Box::new(Wild::Newtype(Box::new(Wild::Integer(5))))), Some(5)),
        (
            "arbitrary precision",
            Wild::Struct(vec![("$serde_json::private::Number", Wild::Text("5"))]),
            Some(5),
        ),
    ];
    for (label, count, expected) in cases {
        let response =
            read(&usage(&[("prompt_tokens", count), ("completion_tokens", Wild::Integer(7))]));
        assert_eq!(response.usage.input(), expected, "{label}");
        assert_eq!(response.usage.output(), Some(7), "{label}");
    }
}

#[test]
fn sums_do_not_overflow() {
    let most = Wild::Integer(i64::MAX);
    let counts = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
    let response = read(&usage(&counts.map(|count| (count, most.clone()))));

    assert_eq!(response.usage.input(), Some(u64::MAX));
}

#[test]
fn costs_that_are_no_amount_are_left_out() {
    for cost in [Wild::Float(f64::NAN), Wild::Float(-1.0), Wild::Text("inf"), Wild::Null] {
        assert_eq!(read(&usage(&[("cost", cost)])).cost, None);
    }
}

#[test]
fn an_error_ends_the_field_that_it_happens_in() {
    let choice = Wild::Struct(vec![(
        "message",
        Wild::Struct(vec![("content", Wild::Text("Paris.")), ("tool_calls", Wild::Fail)]),
    )]);
    let value = Wild::Struct(vec![
        ("id", Wild::Fail),
        ("choices", Wild::List(vec![choice, Wild::Fail])),
        ("model", Wild::Shown(Unshowable)),
        (
            "usage",
            Wild::Struct(vec![
                ("prompt_tokens", Wild::Integer(5)),
                ("completion_tokens", Wild::Fail),
                ("total_tokens", Wild::Integer(12)),
            ]),
        ),
    ]);

    check(
        "errors",
        read(&value),
        &Expected {
            tokens: [Some(5), None, None, None, None],
            text: &["Paris."],
            ..Expected::default()
        },
    );
    check("only an error", read(&Wild::Fail), &Expected::default());
}

#[test]
fn keys_that_are_no_strings_are_passed_over() {
    let value = Wild::Map(vec![
        (Wild::Integer(1), Wild::Text("no")),
        (Wild::List(vec![Wild::Text("usage")]), Wild::Fail),
        (Wild::Fail, Wild::Text("no")),
        (Wild::Null, Wild::Text("no")),
        (
            Wild::Some(Box::new(Wild::Text("usage"))),
            Wild::Map(vec![(Wild::Text("prompt_tokens"), Wild::Integer(5))]),
        ),
    ]);

    assert_eq!(read(&value).usage.input(), Some(5));
}

#[test]
fn words_that_are_too_long_are_no_ids() {
    let long: &'static str = "x".repeat(100_000).leak();
    let value = Wild::Struct(vec![
        ("id", Wild::Text(long)),
        ("model", Wild::Text("")),
        ("choices", Wild::List(vec![])),
    ]);

    check("words", read(&value), &Expected::default());
}

/// Serialises to itself, this many levels deep, in the manner of the number.
struct Deep(u32, u8);

impl Serialize for Deep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(below) = self.0.checked_sub(1) else { return serializer.serialize_str("bottom") };
        let inner = Self(below, self.1);
        match self.1 {
            0 => [inner].serialize(serializer),
            1 => vec![inner].serialize(serializer),
            2 => serializer.serialize_some(&inner),
            3 => serializer.serialize_newtype_struct("Deep", &inner),
            4 => serializer.serialize_newtype_variant("Deep", 0, "content", &inner),
            _ => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("content", &inner)?;
                map.end()
            }
        }
    }
}

#[test]
fn depth_is_limited() {
    for manner in 0..6 {
        check("too deep", read(&Deep(10_000, manner)), &Expected::default());
    }
    for manner in 2..6 {
        check(
            "deep",
            read(&Deep(40, manner)),
            &Expected { text: &["bottom"], ..Expected::default() },
        );
    }
}

/// Serialises to an endless list or map, and counts how much of it was asked for.
struct Endless<'c>(&'c std::cell::Cell<u64>, bool);

impl Serialize for Endless<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        loop {
            self.0.set(self.0.get() + 1);
            if self.1 { list.serialize_element(&0.5) } else { list.serialize_element("") }?;
        }
    }
}

#[test]
fn work_is_limited() {
    let asked = std::cell::Cell::new(0);
    read(&Endless(&asked, false));
    assert!(asked.get() < 1_000_000, "{} members", asked.get());
}

#[test]
fn vectors_are_not_looked_at() {
    let asked = std::cell::Cell::new(0);
    let vectors = || {
        Wild::List(vec![
            Wild::Struct(vec![("embedding", Wild::List(vec![Wild::Float(0.1); 3072]))]);
            100
        ])
    };
    let body = Wild::Struct(vec![
        ("data", vectors()),
        ("usage", Wild::Struct(vec![("prompt_tokens", Wild::Integer(800))])),
    ]);
    assert_eq!(read(&body).usage.input(), Some(800));
    check("bare vectors", read(&vec![vec![0.25_f32; 3072]; 100]), &Expected::default());

    let mut tally = Tally::counting();
    read_prompt(&Endless(&asked, true), &mut tally);
    assert!(asked.get() < 10, "{} members", asked.get());
}

/// A small generator, the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }

    fn wild(&mut self, depth: u64) -> Wild {
        let kinds = if depth == 0 { 8 } else { 16 };
        let fields = self.roll(5);
        let some = |dice: &mut Self| (0..fields).map(|_| dice.wild(depth - 1)).collect::<Vec<_>>();
        match self.roll(kinds) {
            0 => Wild::Fail,
            1 => Wild::Flag(true),
            2 => Wild::Float(self.pick(&[f64::NAN, -0.0, 1e300, 7.0])),
            3 => Wild::Huge(u128::from(self.roll(u64::MAX)) << self.roll(64)),
            4 => Wild::Integer(self.pick(&[i64::MIN, -1, 0, 3, i64::MAX])),
            5 => Wild::Text(self.pick(KEYS)),
            6 => Wild::Bytes(b"\xff"),
            7 => Wild::Shown(Unshowable),
            8 => Wild::Newtype(Box::new(self.wild(depth - 1))),
            9 => Wild::Some(Box::new(self.wild(depth - 1))),
            10 => Wild::Variant(self.pick(KEYS), Box::new(self.wild(depth - 1))),
            11 => Wild::List(some(self)),
            12 => Wild::Tuple(some(self)),
            13 => Wild::Map(some(self).into_iter().zip(some(self)).collect()),
            _ => {
                Wild::Struct(some(self).into_iter().map(|value| (self.pick(KEYS), value)).collect())
            }
        }
    }
}

const KEYS: &[&str] = &[
    "",
    "id",
    "model",
    "usage",
    "usageMetadata",
    "choices",
    "candidates",
    "message",
    "content",
    "parts",
    "text",
    "Text",
    "type",
    "thought",
    "index",
    "role",
    "user",
    "delta",
    "output",
    "response",
    "status",
    "completed",
    "finish_reason",
    "stop_reason",
    "incomplete_details",
    "reason",
    "meta",
    "billed_units",
    "tokens",
    "cost",
    "total",
    "cost_in_usd_ticks",
    "origin",
    "model_name",
    "messages",
    "input",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "input_tokens",
    "output_tokens",
    "prompt_tokens_details",
    "output_tokens_details",
    "cached_tokens",
    "cached_input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "reasoning_tokens",
    "promptTokenCount",
    "candidatesTokenCount",
    "thoughtsTokenCount",
    "totalTokenCount",
    "prompt_eval_count",
    "eval_count",
];

#[test]
fn no_value_does_harm() {
    let mut dice = Dice(2026);
    let mut answers = 0;
    for round in 0..20_000 {
        let response = read(&dice.wild(1 + round % 7));
        answers += u32::from(!response.usage.is_empty());

        assert!(response.id.as_ref().is_none_or(|id| !id.is_empty()));
        assert!(response.finish_reasons.len() <= 128);
        assert!(response.cost.is_none_or(|cost| cost.is_finite() && cost >= 0.0));
    }
    assert!(answers > 100, "only {answers} values had usage: the generator misses the point");
}
