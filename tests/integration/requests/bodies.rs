//! The requests of each provider, as they are sent.

use opentelemetry::Value;
use serde_json::json;

use super::{chat, check, embed, span_of, strings};

#[test]
fn openai_chat_completions() {
    let body = json!({
        "model": "gpt-5-mini",
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo"}}
            ]}
        ],
        "temperature": 0.2,
        "top_p": 0.9,
        "max_completion_tokens": 256,
        "stop": "END",
        "seed": -7,
        "frequency_penalty": -0.5,
        "presence_penalty": 0.25,
        "n": 2,
        "stream": true,
        "stream_options": {"include_usage": true},
        "reasoning_effort": "low",
        "response_format": {"type": "json_schema", "json_schema": {"name": "thing", "schema": {
            "type": "object", "properties": {"text": {"type": "string"}}}}},
        "tools": [
            {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}},
            {"type": "function", "function": {"name": "sub", "parameters": {"type": "object"}}}
        ],
        "logprobs": true, "top_logprobs": 5, "user": "ada", "service_tier": "flex"
    });
    let span = span_of(|| chat(&body));

    assert_eq!(span.name, "chat gpt-5-mini");
    check(
        "chat",
        &span,
        &[
            ("gen_ai.request.model", "gpt-5-mini".into()),
            ("gen_ai.request.temperature", Value::F64(0.2)),
            ("gen_ai.request.top_p", Value::F64(0.9)),
            ("gen_ai.request.max_tokens", Value::I64(256)),
            ("gen_ai.request.stop_sequences", strings(&["END"])),
            ("gen_ai.request.seed", Value::I64(-7)),
            ("gen_ai.request.frequency_penalty", Value::F64(-0.5)),
            ("gen_ai.request.presence_penalty", Value::F64(0.25)),
            ("gen_ai.request.choice.count", Value::I64(2)),
            ("gen_ai.request.stream", Value::Bool(true)),
            ("gen_ai.request.reasoning.level", "low".into()),
            ("gen_ai.output.type", "json".into()),
            ("llm_trace.prompt.messages", Value::I64(2)),
            ("llm_trace.prompt.length", Value::I64(22)),
            ("llm_trace.request.tools", Value::I64(2)),
        ],
    );
}

#[test]
fn openai_responses() {
    let body = json!({
        "model": "gpt-5",
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
        "max_output_tokens": 1024,
        "reasoning": {"effort": "minimal", "summary": "auto"},
        "text": {"format": {"type": "json_object"}, "verbosity": "low"},
        "tools": [{"type": "web_search"}],
        "temperature": 1, "n": 1, "stream": false, "store": false
    });
    let span = span_of(|| chat(&body));

    check(
        "responses",
        &span,
        &[
            ("gen_ai.request.model", "gpt-5".into()),
            ("gen_ai.request.temperature", Value::F64(1.0)),
            ("gen_ai.request.max_tokens", Value::I64(1024)),
            ("gen_ai.request.reasoning.level", "minimal".into()),
            ("gen_ai.output.type", "json".into()),
            ("llm_trace.prompt.messages", Value::I64(1)),
            ("llm_trace.prompt.length", Value::I64(5)),
            ("llm_trace.system.length", Value::I64(9)),
            ("llm_trace.request.tools", Value::I64(1)),
        ],
    );
}

#[test]
fn embeddings_of_openai_cohere_and_gemini() {
    let openai = json!({
        "model": "text-embedding-3-small", "input": ["one", "two"], "dimensions": 256,
        "encoding_format": "base64"
    });
    let span = span_of(|| embed(&openai));
    assert_eq!(span.name, "embeddings text-embedding-3-small");
    check(
        "openai",
        &span,
        &[
            ("gen_ai.request.model", "text-embedding-3-small".into()),
            ("gen_ai.embeddings.dimension.count", Value::I64(256)),
            ("gen_ai.request.encoding_formats", strings(&["base64"])),
            ("llm_trace.prompt.length", Value::I64(6)),
        ],
    );

    let cohere = json!({
        "model": "embed-v4.0", "texts": ["one"], "input_type": "search_query",
        "output_dimension": 1024, "embedding_types": ["float", "int8"]
    });
    check(
        "cohere",
        &span_of(|| embed(&cohere)),
        &[
            ("gen_ai.request.model", "embed-v4.0".into()),
            ("gen_ai.embeddings.dimension.count", Value::I64(1024)),
            ("gen_ai.request.encoding_formats", strings(&["float", "int8"])),
            ("llm_trace.prompt.length", Value::I64(3)),
        ],
    );

    let gemini = json!({"requests": [{
        "model": "models/gemini-embedding-001", "content": {"parts": [{"text": "one"}]},
        "taskType": "RETRIEVAL_QUERY", "outputDimensionality": 768
    }]});
    check(
        "gemini",
        &span_of(|| embed(&gemini)),
        &[
            ("gen_ai.request.model", "models/gemini-embedding-001".into()),
            ("gen_ai.embeddings.dimension.count", Value::I64(768)),
            ("llm_trace.prompt.messages", Value::I64(1)),
            ("llm_trace.prompt.length", Value::I64(3)),
        ],
    );
}

#[test]
fn anthropic_messages() {
    let body = json!({
        "model": "claude-sonnet-4-5-20250929",
        "max_tokens": 1024,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]},
            {"role": "user", "content": "Why?"}
        ],
        "stop_sequences": ["END", "STOP"],
        "temperature": 0.7, "top_k": 40, "stream": true,
        "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": {}}},
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "tools": [{"name": "add", "input_schema": {"type": "object"}}],
        "metadata": {"user_id": "ada"}
    });
    check(
        "anthropic",
        &span_of(|| chat(&body)),
        &[
            ("gen_ai.request.model", "claude-sonnet-4-5-20250929".into()),
            ("gen_ai.request.temperature", Value::F64(0.7)),
            ("gen_ai.request.top_k", Value::I64(40)),
            ("gen_ai.request.max_tokens", Value::I64(1024)),
            ("gen_ai.request.stop_sequences", strings(&["END", "STOP"])),
            ("gen_ai.request.stream", Value::Bool(true)),
            ("gen_ai.request.reasoning.level", "high".into()),
            ("gen_ai.output.type", "json".into()),
            ("llm_trace.prompt.messages", Value::I64(3)),
            ("llm_trace.prompt.length", Value::I64(11)),
            ("llm_trace.system.length", Value::I64(9)),
            ("llm_trace.request.tools", Value::I64(1)),
        ],
    );
}

#[test]
fn gemini_contents() {
    let body = json!({
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "Hello"}]}, {"parts": [{"text": "Why?"}]}],
        "tools": [
            {"functionDeclarations": [{"name": "add"}, {"name": "sub"}]},
            {"googleSearch": {}}
        ],
        "generationConfig": {
            "temperature": 0.4, "topP": 0.95, "topK": 64, "maxOutputTokens": 2048,
            "stopSequences": ["END"], "seed": 5, "candidateCount": 1,
            "responseMimeType": "application/json", "responseModalities": ["TEXT"],
            "thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": true}
        }
    });
    let span = span_of(|| chat(&body));

    assert_eq!(span.name, "chat");
    check(
        "gemini",
        &span,
        &[
            ("gen_ai.request.temperature", Value::F64(0.4)),
            ("gen_ai.request.top_p", Value::F64(0.95)),
            ("gen_ai.request.top_k", Value::I64(64)),
            ("gen_ai.request.max_tokens", Value::I64(2048)),
            ("gen_ai.request.stop_sequences", strings(&["END"])),
            ("gen_ai.request.seed", Value::I64(5)),
            ("gen_ai.request.reasoning.level", "HIGH".into()),
            ("gen_ai.output.type", "json".into()),
            ("llm_trace.prompt.messages", Value::I64(2)),
            ("llm_trace.prompt.length", Value::I64(9)),
            ("llm_trace.system.length", Value::I64(9)),
            ("llm_trace.request.tools", Value::I64(3)),
        ],
    );
}

#[test]
fn ollama_chat() {
    let body = json!({
        "model": "qwen3:8b",
        "messages": [{"role": "user", "content": "Hello"}],
        "format": {"type": "object", "properties": {"text": {"type": "string"}}},
        "options": {"num_predict": -1, "temperature": 0, "top_k": 20, "seed": 42, "stop": ["END"]},
        "think": true, "stream": false, "keep_alive": "5m"
    });
    check(
        "ollama",
        &span_of(|| chat(&body)),
        &[
            ("gen_ai.request.model", "qwen3:8b".into()),
            ("gen_ai.request.temperature", Value::F64(0.0)),
            ("gen_ai.request.top_k", Value::I64(20)),
            ("gen_ai.request.stop_sequences", strings(&["END"])),
            ("gen_ai.request.seed", Value::I64(42)),
            ("gen_ai.output.type", "json".into()),
            ("llm_trace.prompt.messages", Value::I64(1)),
            ("llm_trace.prompt.length", Value::I64(5)),
        ],
    );
}

#[test]
fn cohere_chat() {
    let body = json!({
        "model": "command-a-03-2025",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
        "max_tokens": 128, "k": 10, "p": 0.75, "seed": 1, "stop_sequences": ["END"],
        "response_format": {"type": "text"}, "documents": [{"text": "no"}]
    });
    check(
        "cohere",
        &span_of(|| chat(&body)),
        &[
            ("gen_ai.request.model", "command-a-03-2025".into()),
            ("gen_ai.request.top_p", Value::F64(0.75)),
            ("gen_ai.request.top_k", Value::I64(10)),
            ("gen_ai.request.max_tokens", Value::I64(128)),
            ("gen_ai.request.stop_sequences", strings(&["END"])),
            ("gen_ai.request.seed", Value::I64(1)),
            ("gen_ai.output.type", "text".into()),
            ("llm_trace.prompt.messages", Value::I64(2)),
            ("llm_trace.prompt.length", Value::I64(14)),
        ],
    );
}

#[test]
fn bedrock_converse() {
    let body = json!({
        "modelId": "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "system": [{"text": "Be brief."}],
        "messages": [{"role": "user", "content": [{"text": "Hello"}]}],
        "inferenceConfig": {"maxTokens": 512, "temperature": 0.5, "topP": 0.8, "stopSequences": ["END"]},
        "toolConfig": {"tools": [{"toolSpec": {"name": "add", "inputSchema": {"json": {}}}}]}
    });
    check(
        "bedrock",
        &span_of(|| chat(&body)),
        &[
            ("gen_ai.request.model", "anthropic.claude-sonnet-4-5-20250929-v1:0".into()),
            ("gen_ai.request.temperature", Value::F64(0.5)),
            ("gen_ai.request.top_p", Value::F64(0.8)),
            ("gen_ai.request.max_tokens", Value::I64(512)),
            ("gen_ai.request.stop_sequences", strings(&["END"])),
            ("llm_trace.prompt.messages", Value::I64(1)),
            ("llm_trace.prompt.length", Value::I64(5)),
            ("llm_trace.system.length", Value::I64(9)),
            ("llm_trace.request.tools", Value::I64(1)),
        ],
    );
}
