//! Prices the facts in `testdata`, which say where they are from.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::*;
use crate::response::Response;
use crate::usage::Detail;

fn at(text: &str) -> SystemTime {
    let number = |from: usize, to: usize| text[from..to].parse::<u64>().unwrap();
    let day = catalog::corrections::day(number(0, 4), number(5, 7), number(8, 10));
    let time = number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19);
    UNIX_EPOCH + Duration::from_secs(day + time)
}

/// The counts of a case are in the meaning of the conventions: what is a part is in its whole.
fn usage(case: &Value) -> Usage {
    let mut usage = Usage::default();
    let mut input = None;
    let mut output = None;
    for (key, count) in case["usage"].as_object().unwrap() {
        let count = count.as_u64().unwrap();
        match key.as_str() {
            "input_tokens" => input = Some(count),
            "output_tokens" => output = Some(count),
            "cache_read" => usage = usage.with_cache_read(count),
            "cache_creation" => usage = usage.with_cache_write(count),
            "cache_creation_1h" => usage = usage.with_detail(Detail::CacheWriteOneHour, count),
            "reasoning" => usage = usage.with_reasoning(count),
            "input_audio" => usage = usage.with_detail(Detail::InputAudio, count),
            "output_audio" => usage = usage.with_detail(Detail::OutputAudio, count),
            "web_searches" => usage = usage.with_detail(Detail::WebSearches, count),
            _ => panic!("{key} is not mapped"),
        }
    }
    usage.update(Usage::cache_inclusive(input, output));
    usage
}

fn terms(case: &Value) -> Terms {
    let mut response = Response::default();
    for (key, word) in case["context"].as_object().unwrap() {
        let word = word.as_str().unwrap();
        match key.as_str() {
            "service_tier" | "processing" => response.set_service_tier(word),
            "speed" => response.set_speed(word),
            "search_context_size" => response.set_search_context_size(word),
            _ => panic!("{key} is not mapped"),
        }
    }
    response.terms
}

#[test]
fn every_case_costs_what_it_is_known_to_cost() {
    assert_eq!(price(include_str!("testdata/cost-cases.json")), 34);
}

#[test]
fn every_rule_holds_for_other_models_too() {
    assert_eq!(price(include_str!("testdata/rule-cases.json")), 34);
}

/// Prices the cases of a file, and returns how many they are.
fn price(file: &str) -> usize {
    load_prices();
    let file: Value = serde_json::from_str(file).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let usage = usage(case);
        let call = Call {
            provider: case["provider"].as_str(),
            models: [None, case["model"].as_str()],
            usage: &usage,
            terms: terms(case),
            at: at(case["at"].as_str().unwrap()),
        };
        let expected: Option<f64> = case["usd"].as_str().map(|usd| usd.parse().unwrap());
        // The second time, the prices come out of the cache.
        for cost in [call.cost(), call.cost()] {
            let is_right = match (&cost, expected) {
                (Ok(cost), Some(expected)) => (cost.dollars - expected).abs() < 1e-9,
                (Err(CostStatus::NoPrice | CostStatus::NoUsage), None) => true,
                _ => false,
            };
            if !is_right {
                wrong.push(format!("{}: {cost:?} instead of {expected:?}", case["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    cases.len()
}
