//! What only the price of a call asks for, and answers that come several at once.

use serde_json::{Value, json};

use super::{digest, read, tokens};
use crate::cost::{SearchContext, Terms, Tier};
use crate::usage::Detail;
use crate::wire::read_response;

fn details(body: &Value) -> Vec<(Detail, u64)> {
    let usage = read(std::slice::from_ref(body)).usage;
    [
        Detail::CacheWriteOneHour,
        Detail::InputAudio,
        Detail::InputImage,
        Detail::CacheReadAudio,
        Detail::CacheReadImage,
        Detail::OutputAudio,
        Detail::OutputImage,
        Detail::BilledInput,
        Detail::BilledOutput,
        Detail::WebSearches,
    ]
    .into_iter()
    .filter_map(|detail| Some((detail, usage.detail(detail)?)))
    .collect()
}

#[test]
fn what_has_a_price_of_its_own_is_counted_apart() {
    let cases = [
        (
            "openai, audio",
            json!({"usage": {"prompt_tokens": 90, "completion_tokens": 72, "total_tokens": 162,
                "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 69, "image_tokens": 3,
                                          "cached_tokens_details": {"audio_tokens": 5, "image_tokens": 1}},
                "completion_tokens_details": {"audio_tokens": 40, "image_tokens": 2, "reasoning_tokens": 0}}}),
            vec![
                (Detail::InputAudio, 69),
                (Detail::InputImage, 3),
                (Detail::CacheReadAudio, 5),
                (Detail::CacheReadImage, 1),
                (Detail::OutputAudio, 40),
                (Detail::OutputImage, 2),
            ],
        ),
        (
            "openai, searches",
            json!({"usage": {"input_tokens": 9, "output_tokens": 1, "input_tokens_details": {"cached_tokens": 0}},
                "tool_usage": {"web_search": {"num_requests": 3}, "image_gen": {"input_tokens": 0}}}),
            vec![(Detail::WebSearches, 3)],
        ),
        (
            "anthropic",
            json!({"usage": {"input_tokens": 3, "output_tokens": 4, "cache_creation_input_tokens": 30,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
                "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 5}}}),
            vec![(Detail::CacheWriteOneHour, 20), (Detail::WebSearches, 2)],
        ),
        (
            "bedrock",
            json!({"usage": {"inputTokens": 3, "outputTokens": 4, "cacheWriteInputTokens": 30,
                "cacheDetails": [{"inputTokens": 10, "ttl": "5m"}, {"inputTokens": 20, "ttl": "1h"}]}}),
            vec![(Detail::CacheWriteOneHour, 20)],
        ),
        (
            "gemini",
            json!({"usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 50, "cachedContentTokenCount": 30,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 20}, {"tokenCount": 60, "modality": "AUDIO"},
                                        {"modality": "IMAGE", "tokenCount": 20}],
                "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 30}],
                "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 50}]}}),
            vec![
                (Detail::InputAudio, 60),
                (Detail::InputImage, 20),
                (Detail::CacheReadAudio, 30),
                (Detail::OutputImage, 50),
            ],
        ),
        (
            "a gemini client's own names",
            json!({"usage_metadata": {"prompt_token_count": 10, "candidates_token_count": 5,
                "prompt_tokens_details": [{"modality": "AUDIO", "token_count": 10}]}}),
            vec![(Detail::InputAudio, 10)],
        ),
        (
            "genai",
            json!({"usage": {"prompt_tokens": 60, "completion_tokens": 5, "prompt_tokens_details": {
                "cache_creation_tokens": 50, "cache_creation_details": {"ephemeral_1h_tokens": 40}}}}),
            vec![(Detail::CacheWriteOneHour, 40)],
        ),
        (
            "cohere",
            json!({"usage": {"billed_units": {"input_tokens": 27, "output_tokens": 68},
                "tokens": {"input_tokens": 556, "output_tokens": 71}, "cached_tokens": 480}}),
            vec![(Detail::BilledInput, 27), (Detail::BilledOutput, 68)],
        ),
    ];
    for (label, body, expected) in cases {
        assert_eq!(details(&body), expected, "{label}");
    }
}

#[test]
fn what_is_billed_is_what_the_provider_says_is_billed() {
    let cohere = json!({"usage": {"billed_units": {"input_tokens": 27, "output_tokens": 68},
        "tokens": {"input_tokens": 556, "output_tokens": 71}, "cached_tokens": 480}});
    let usage = read(&[cohere]).usage;
    let billed = usage.billed();

    assert_eq!((usage.input(), usage.output()), (Some(556), Some(71)));
    assert_eq!((billed.input(), billed.output()), (Some(27), Some(68)));
    assert_eq!(billed.cache_read(), None);
}

#[test]
fn the_terms_of_service_are_those_of_the_answer() {
    let usage = json!({"prompt_tokens": 1, "completion_tokens": 1});
    let terms = |body: Value| read(&[body]).terms;
    let tier = |tier| Terms { tier: Some(tier), ..Terms::default() };

    assert_eq!(terms(json!({"usage": usage, "service_tier": "flex"})), tier(Tier::Flex));
    assert_eq!(terms(json!({"usage": usage, "service_tier": "default"})), tier(Tier::Standard));
    assert_eq!(
        terms(json!({"usage": usage, "serviceTier": {"type": "priority"}})),
        tier(Tier::Priority)
    );
    assert_eq!(
        terms(json!({"usageMetadata": {"promptTokenCount": 1, "serviceTier": "FLEX"}})),
        tier(Tier::Flex)
    );
    assert_eq!(
        terms(
            json!({"usage": {"input_tokens": 1, "output_tokens": 1, "service_tier": "standard", "speed": "fast"}})
        ),
        Terms { is_fast: true, ..tier(Tier::Standard) },
    );
    assert_eq!(
        terms(
            json!({"usage": {"prompt_tokens": 1, "completion_tokens": 1, "search_context_size": "low"}})
        ),
        Terms { search_context: Some(SearchContext::Low), ..Terms::default() },
    );
}

#[test]
fn steps_that_the_usage_leaves_out_make_it_partial() {
    let partial = |kinds: &[&str]| {
        let steps: Vec<_> =
            kinds.iter().map(|kind| json!({"type": kind, "input_tokens": 1})).collect();
        read(&[json!({"usage": {"input_tokens": 1, "output_tokens": 1, "iterations": steps}})])
            .terms
            .is_partial
    };

    assert!(!partial(&["message", "message"]));
    assert!(partial(&["compaction", "message"]));
}

#[test]
fn answers_with_ids_of_their_own_add_up() {
    let chat = |id: &str, input: u64, cost: f64| {
        json!({"id": id, "model": "sonar", "choices": [{"index": 0, "message": {"role": "assistant", "content": id},
                "finish_reason": "stop"}],
               "usage": {"prompt_tokens": input, "completion_tokens": 2, "cost": cost,
                         "prompt_tokens_details": {"cached_tokens": 1}}})
    };
    let mut response = super::empty();
    read_response(
        &vec![chat("a", 10, 0.25), chat("b", 20, 0.5), chat("c", 30, 1.0)],
        &mut response,
    );

    assert_eq!(tokens(&response), [Some(60), Some(6), Some(3), None, None]);
    assert_eq!((response.id.as_deref(), response.cost), (Some("c"), Some(1.75)));
    assert_eq!(response.text.finish(), digest(&["a", "b", "c"]));
}

#[test]
fn streams_of_several_answers_add_up_by_answer() {
    let start = |id: &str| {
        json!({"type": "message_start", "message": {"id": id, "type": "message", "role": "assistant",
        "content": [], "usage": {"input_tokens": 3, "cache_read_input_tokens": 10, "output_tokens": 1}}})
    };
    let delta = |output: u64| {
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": output}})
    };
    let mut response = super::empty();
    read_response(&[start("a"), delta(40), start("b"), delta(5)], &mut response);

    assert_eq!(tokens(&response), [Some(26), Some(45), Some(20), None, None]);
}

#[test]
fn events_of_one_answer_replace_each_other() {
    let chunk = |output: u64| {
        json!({"responseId": "r", "modelVersion": "gemini-2.5-flash",
        "candidates": [{"content": {"parts": [{"text": "x"}]}}],
        "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": output, "totalTokenCount": 7 + output}})
    };
    let mut response = super::empty();
    read_response(&[chunk(1), chunk(2), chunk(3)], &mut response);

    assert_eq!(tokens(&response), [Some(7), Some(3), None, None, None]);
}

#[test]
fn perplexity_says_its_text_once() {
    let choice = |delta: &str, message: &str| {
        json!({"id": "p", "model": "sonar", "choices": [{"index": 0,
        "delta": {"role": "assistant", "content": delta}, "message": {"role": "assistant", "content": message},
        "finish_reason": null}], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}})
    };

    let streamed = read(&[choice("He", "He"), choice("llo", "Hello"), choice("", "Hello")]);
    assert_eq!(streamed.text.finish(), digest(&["He", "llo"]));
    let whole = read(&[choice("", "Hello")]);
    assert_eq!(whole.text.finish(), digest(&["Hello"]));
}

#[test]
fn embeddings_of_cohere_keep_their_id() {
    let response =
        read(&[json!({"id": "5807ee2e", "embeddings": {"float": [[0.1, 0.2]]}, "texts": ["hi"],
        "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 4}}})]);

    assert_eq!(response.id.as_deref(), Some("5807ee2e"));
    assert_eq!(tokens(&response), [Some(4), None, None, None, None]);
}
