//! Whole bodies of every family, with what they say beside the counts.

use serde_json::{Value, json};

use super::{Expected, check, read};

macro_rules! bodies {
    ($($(#[$doc:meta])* $name:ident: $body:tt => $expected:expr;)*) => {
        $($(#[$doc])* #[test]
        fn $name() {
            let body: Value = json!($body);
            check(stringify!($name), read(&[body]), &$expected);
        })*
    };
}

bodies! {
    openai_chat_has_a_reason_and_a_text_per_choice: {
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion",
        "created": 1_741_569_952, "model": "gpt-4o-2024-08-06",
        "choices": [
            {"index": 0, "finish_reason": "stop", "logprobs": {"content": [{"token": "Par", "logprob": -0.1}]},
             "message": {"role": "assistant", "content": "Paris.", "refusal": null, "annotations": []}},
            {"index": 1, "finish_reason": "length",
             "message": {"role": "assistant", "content": "The capital", "refusal": null}},
        ],
        "usage": {"prompt_tokens": 1210, "completion_tokens": 87, "total_tokens": 1297,
                  "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 0},
                  "completion_tokens_details": {"reasoning_tokens": 64, "audio_tokens": 0}},
        "service_tier": "default", "system_fingerprint": "fp_3fe21c9a5b",
    } => Expected {
        tokens: [Some(1210), Some(87), Some(1024), None, Some(64)],
        model: Some("gpt-4o-2024-08-06"),
        id: Some("chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT"),
        finish: &["stop", "length"],
        text: &["Paris.", "The capital"],
        ..Expected::default()
    };

    openai_chat_tool_calls_are_not_text_and_their_ids_are_not_the_answers: {
        "id": "chatcmpl-1", "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {
            "role": "assistant", "content": null,
            "tool_calls": [{"id": "call_8", "type": "function",
                            "function": {"name": "get_weather", "arguments": "{\"city\":\"Paris\"}"}}]}}],
        "usage": {"prompt_tokens": 82, "completion_tokens": 17, "total_tokens": 99},
    } => Expected {
        tokens: [Some(82), Some(17), None, None, None],
        model: Some("gpt-4o-2024-08-06"),
        id: Some("chatcmpl-1"),
        finish: &["tool_calls"],
        ..Expected::default()
    };

    openai_chat_refusal_is_text: {
        "id": "chatcmpl-2", "model": "gpt-4o",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": null, "refusal": "I can't help with that."}}],
    } => Expected {
        model: Some("gpt-4o"),
        id: Some("chatcmpl-2"),
        finish: &["stop"],
        text: &["I can't help with that."],
        ..Expected::default()
    };

    openai_completion_has_its_text_in_the_choice: {
        "id": "cmpl-1", "object": "text_completion", "model": "gpt-3.5-turbo-instruct",
        "choices": [{"text": "Paris.", "index": 0, "logprobs": null, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
    } => Expected {
        tokens: [Some(5), Some(7), None, None, None],
        model: Some("gpt-3.5-turbo-instruct"),
        id: Some("cmpl-1"),
        finish: &["length"],
        text: &["Paris."],
        ..Expected::default()
    };

    openai_responses_skip_reasoning_and_function_calls: {
        "id": "resp_67ccd3", "object": "response", "status": "completed", "error": null,
        "incomplete_details": null, "instructions": null, "model": "o4-mini-2025-04-16",
        "metadata": {"usage": "none", "model": "other"},
        "output": [
            {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "secret"}],
             "content": [{"type": "reasoning_text", "text": "secret"}]},
            {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
             "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Paris."},
                         {"type": "refusal", "refusal": "No more."}]},
            {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_1",
             "name": "get_weather", "arguments": "{\"city\":\"Paris\"}"},
        ],
        "reasoning": {"effort": "low", "summary": null}, "text": {"format": {"type": "text"}}, "tools": [],
        "usage": {"input_tokens": 1210, "input_tokens_details": {"cached_tokens": 1024}, "output_tokens": 87,
                  "output_tokens_details": {"reasoning_tokens": 64}, "total_tokens": 1297},
    } => Expected {
        tokens: [Some(1210), Some(87), Some(1024), None, Some(64)],
        model: Some("o4-mini-2025-04-16"),
        id: Some("resp_67ccd3"),
        finish: &["completed"],
        text: &["Paris.", "No more."],
        ..Expected::default()
    };

    openai_responses_say_why_they_are_incomplete: {
        "id": "resp_2", "object": "response", "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"}, "model": "gpt-4o", "output": [],
        "usage": null,
    } => Expected {
        model: Some("gpt-4o"),
        id: Some("resp_2"),
        finish: &["max_output_tokens"],
        ..Expected::default()
    };

    anthropic_input_includes_cache_and_thinking_is_not_text: {
        "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF", "type": "message", "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [
            {"type": "thinking", "thinking": "secret", "signature": "EqoB"},
            {"type": "redacted_thinking", "data": "secret"},
            {"type": "text", "text": "I'll check.", "citations": null},
            {"type": "tool_use", "id": "toolu_01", "name": "get_weather",
             "input": {"city": "Paris", "text": "secret"}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 9511, "cache_creation_input_tokens": 128,
                  "cache_creation": {"ephemeral_5m_input_tokens": 128, "ephemeral_1h_input_tokens": 0},
                  "output_tokens": 1944, "output_tokens_details": {"thinking_tokens": 7}, "service_tier": "standard"},
    } => Expected {
        tokens: [Some(9642), Some(1944), Some(9511), Some(128), Some(7)],
        model: Some("claude-sonnet-4-5-20250929"),
        id: Some("msg_013Zva2CMHLNnXjNJJKqJ2EF"),
        finish: &["tool_use"],
        text: &["I'll check."],
        ..Expected::default()
    };

    gemini_output_includes_thoughts_and_input_tool_use: {
        "candidates": [{
            "content": {"role": "model", "parts": [
                {"text": "secret", "thought": true},
                {"text": "Paris.", "thoughtSignature": "CqQB"},
                {"functionCall": {"name": "get_weather", "args": {"text": "secret"}}}]},
            "finishReason": "STOP", "index": 0, "safetyRatings": []}],
        "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20, "thoughtsTokenCount": 30,
                          "toolUsePromptTokenCount": 5, "cachedContentTokenCount": 60, "totalTokenCount": 155,
                          "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 100}]},
        "modelVersion": "gemini-2.5-flash", "responseId": "mAitaLmkHPPlz7IPvtfUqQ4",
    } => Expected {
        tokens: [Some(105), Some(50), Some(60), None, Some(30)],
        model: Some("gemini-2.5-flash"),
        id: Some("mAitaLmkHPPlz7IPvtfUqQ4"),
        finish: &["STOP"],
        text: &["Paris."],
        ..Expected::default()
    };

    gemini_in_snake_case_finds_tool_use_in_the_total: {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "Paris."}]}, "finish_reason": "MAX_TOKENS"}],
        "usage_metadata": {"prompt_token_count": 100, "candidates_token_count": 20, "total_token_count": 125},
        "model_version": "gemini-2.5-pro", "response_id": "r1",
    } => Expected {
        tokens: [Some(105), Some(20), None, None, None],
        model: Some("gemini-2.5-pro"),
        id: Some("r1"),
        finish: &["MAX_TOKENS"],
        text: &["Paris."],
        ..Expected::default()
    };

    bedrock_input_includes_cache: {
        "metrics": {"latencyMs": 1175},
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "secret"}}},
            {"text": "Paris."},
            {"toolUse": {"toolUseId": "tooluse_1", "name": "get_weather", "input": {"text": "secret"}}}]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 22, "outputTokens": 13, "totalTokens": 2527, "cacheReadInputTokens": 0,
                  "cacheWriteInputTokens": 2492, "serverToolUsage": {}},
    } => Expected {
        tokens: [Some(2514), Some(13), Some(0), Some(2492), None],
        finish: &["tool_use"],
        text: &["Paris."],
        ..Expected::default()
    };

    cohere_counts_tokens_that_it_does_not_bill: {
        "id": "44b2d5b9", "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "tool_plan": "secret", "tool_calls": [{"id": "call_1", "type": "function"}],
                    "content": [{"type": "thinking", "thinking": "secret"}, {"type": "text", "text": "Paris."}]},
        "usage": {"billed_units": {"input_tokens": 27, "output_tokens": 68},
                  "tokens": {"input_tokens": 556, "output_tokens": 71, "reasoning_tokens": 12}, "cached_tokens": 480},
    } => Expected {
        tokens: [Some(556), Some(71), Some(480), None, Some(12)],
        id: Some("44b2d5b9"),
        finish: &["COMPLETE"],
        text: &["Paris."],
        ..Expected::default()
    };

    ollama_chat_is_flat: {
        "model": "llama3.2", "created_at": "2026-08-04T19:22:45Z", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "content": "Paris.", "thinking": "secret"},
        "total_duration": 4_883_583_458_u64, "prompt_eval_count": 307, "prompt_eval_cached_count": 200, "eval_count": 308,
    } => Expected {
        tokens: [Some(307), Some(308), Some(200), None, None],
        model: Some("llama3.2"),
        finish: &["stop"],
        text: &["Paris."],
        ..Expected::default()
    };

    ollama_generate_has_its_text_in_the_response: {
        "model": "llama3.2", "response": "Paris.", "done": true, "done_reason": "length", "context": [1, 2, 3],
        "prompt_eval_count": 26, "eval_count": 259,
    } => Expected {
        tokens: [Some(26), Some(259), None, None, None],
        model: Some("llama3.2"),
        finish: &["length"],
        text: &["Paris."],
        ..Expected::default()
    };

    mistral_may_answer_in_parts: {
        "id": "cmpl-e5", "model": "magistral-medium-latest",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": "secret"}]}, {"type": "text", "text": "Paris."}]}}],
        "usage": {"prompt_tokens": 34, "completion_tokens": 31, "total_tokens": 65, "prompt_token_details": {"cached_tokens": 8}},
    } => Expected {
        tokens: [Some(34), Some(31), Some(8), None, None],
        model: Some("magistral-medium-latest"),
        id: Some("cmpl-e5"),
        finish: &["stop"],
        text: &["Paris."],
        ..Expected::default()
    };

    deepseek_names_cache_hits_and_reasons_aside: {
        "id": "d1", "model": "deepseek-v4-flash",
        "choices": [{"index": 0, "finish_reason": "insufficient_system_resource",
                     "message": {"role": "assistant", "reasoning_content": "secret", "content": "Paris."}}],
        "usage": {"prompt_tokens": 482, "completion_tokens": 116, "total_tokens": 598, "prompt_cache_hit_tokens": 384,
                  "prompt_cache_miss_tokens": 98, "completion_tokens_details": {"reasoning_tokens": 60}},
    } => Expected {
        tokens: [Some(482), Some(116), Some(384), None, Some(60)],
        model: Some("deepseek-v4-flash"),
        id: Some("d1"),
        finish: &["insufficient_system_resource"],
        text: &["Paris."],
        ..Expected::default()
    };

    xai_chat_leaves_reasoning_out_of_the_output: {
        "id": "x1", "model": "grok-4", "choices": [],
        "usage": {"prompt_tokens": 32, "completion_tokens": 35, "total_tokens": 259,
                  "prompt_tokens_details": {"cached_tokens": 6}, "completion_tokens_details": {"reasoning_tokens": 192}},
    } => Expected {
        tokens: [Some(32), Some(227), Some(6), None, Some(192)],
        model: Some("grok-4"),
        id: Some("x1"),
        ..Expected::default()
    };

    xai_responses_cost_ticks: {
        "id": "x2", "object": "response", "model": "grok-4", "status": "completed", "output": [],
        "usage": {"input_tokens": 32, "input_tokens_details": {"cached_tokens": 6}, "output_tokens": 249,
                  "output_tokens_details": {"reasoning_tokens": 186}, "total_tokens": 281,
                  "cost_in_usd_ticks": 6_881_000, "num_sources_used": 0, "context_details": null},
    } => Expected {
        tokens: [Some(32), Some(249), Some(6), None, Some(186)],
        model: Some("grok-4"),
        id: Some("x2"),
        finish: &["completed"],
        cost: Some(0.000_688_1),
        ..Expected::default()
    };

    groq_reports_usage_beside_a_chunk: {
        "id": "chatcmpl-g", "object": "chat.completion.chunk", "model": "llama-3.3-70b-versatile",
        "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        "x_groq": {"id": "req_1", "usage": {"queue_time": 0.1, "prompt_tokens": 42, "completion_tokens": 8, "total_tokens": 50}},
    } => Expected {
        tokens: [Some(42), Some(8), None, None, None],
        model: Some("llama-3.3-70b-versatile"),
        id: Some("chatcmpl-g"),
        finish: &["stop"],
        ..Expected::default()
    };

    openrouter_says_what_it_cost: {
        "id": "gen-1", "provider": "Anthropic", "model": "anthropic/claude-4.6-sonnet",
        "choices": [{"index": 0, "finish_reason": "stop", "native_finish_reason": "end_turn",
                     "message": {"role": "assistant", "content": "Paris.", "reasoning": "secret"}}],
        "usage": {"prompt_tokens": 3329, "completion_tokens": 53, "total_tokens": 3382, "cost": 0.002_198_55, "is_byok": false,
                  "cost_details": {"upstream_inference_cost": 0.5},
                  "prompt_tokens_details": {"cached_tokens": 3211, "cache_write_tokens": 115}},
    } => Expected {
        tokens: [Some(3329), Some(53), Some(3211), Some(115), None],
        model: Some("anthropic/claude-4.6-sonnet"),
        id: Some("gen-1"),
        finish: &["stop"],
        cost: Some(0.002_198_55),
        text: &["Paris."],
    };

    perplexity_costs_a_total: {
        "id": "p1", "model": "sonar", "citations": ["https://example.com"],
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Paris."},
                     "delta": {"role": "assistant", "content": ""}}],
        "usage": {"prompt_tokens": 14, "completion_tokens": 6, "total_tokens": 20, "search_context_size": "low",
                  "cost": {"input_tokens_cost": 0.1, "output_tokens_cost": 0.2, "request_cost": 0.3, "total_cost": 0.6}},
    } => Expected {
        tokens: [Some(14), Some(6), None, None, None],
        model: Some("sonar"),
        id: Some("p1"),
        finish: &["stop"],
        cost: Some(0.6),
        text: &["Paris."],
    };

    /// `LiteLLM` repeats Anthropic's counts in a body whose prompt tokens include them.
    litellm_keeps_the_meaning_of_prompt_tokens: {
        "id": "l1", "model": "claude-sonnet-4-5", "choices": [],
        "usage": {"prompt_tokens": 1200, "completion_tokens": 10, "total_tokens": 1210,
                  "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 100,
                  "prompt_tokens_details": {"cached_tokens": 1000}},
    } => Expected {
        tokens: [Some(1200), Some(10), Some(1000), Some(100), None],
        model: Some("claude-sonnet-4-5"),
        id: Some("l1"),
        ..Expected::default()
    };

    embeddings_have_input_only: {
        "object": "list", "model": "text-embedding-3-small",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    } => Expected {
        tokens: [Some(8), None, None, None, None],
        model: Some("text-embedding-3-small"),
        ..Expected::default()
    };

    an_explicit_zero_is_known_and_a_null_is_not: {
        "usage": {"prompt_tokens": 25, "completion_tokens": 0, "total_tokens": 25,
                  "prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": null}},
    } => Expected { tokens: [Some(25), Some(0), Some(0), None, None], ..Expected::default() };
}
