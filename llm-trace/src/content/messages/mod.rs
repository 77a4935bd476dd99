//! Puts requests and answers of all providers into the JSON of the conventions: messages with a role
//! and parts.

use serde_json::{Map, Value, json};

use crate::content::parts::{calls, object, parts, text};

/// What a request says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) input: Option<Value>,
    pub(crate) system: Option<Value>,
    pub(crate) tools: Option<Value>,
}

impl Said {
    /// Reads a request, up to two objects deep in a type of the user's own.
    pub(crate) fn of_request(request: &Value) -> Self {
        let Some(fields) = request.as_object() else { return Self::default() };
        let first = |keys: &[&str]| keys.iter().find_map(|key| fields.get(*key));
        let input = first(&[
            "messages", "input", "contents", "prompt", "inputs", "texts", "content", "requests",
        ]);
        let system = first(&["system", "instructions", "systemInstruction", "system_instruction"]);
        let tools = first(&["tools", "functions"]);
        let tools = tools.or_else(|| {
            first(&["toolConfig", "tool_config"]).and_then(|config| config.get("tools"))
        });
        if input.is_none() && system.is_none() {
            let inner = first(&["request", "body"]);
            return inner.map(Self::of_request).unwrap_or_default();
        }
        Self {
            input: input.and_then(input_messages),
            system: system.and_then(instructions),
            tools: tools.and_then(definitions),
        }
    }
}

/// Reads a prompt: a text, a message, or several.
pub(crate) fn input_messages(prompt: &Value) -> Option<Value> {
    let messages: Vec<_> = match prompt {
        Value::Null => return None,
        Value::String(said) => vec![json!({"role": "user", "parts": [text(said)]})],
        Value::Array(items) => items.iter().filter_map(message).collect(),
        Value::Object(fields) => {
            let inner = ["messages", "input", "contents"].iter().find_map(|key| fields.get(*key));
            match inner {
                Some(inner) => return input_messages(inner),
                None => message(prompt).into_iter().collect(),
            }
        }
        other => vec![json!({"role": "user", "parts": [text(&other.to_string())]})],
    };
    (!messages.is_empty()).then_some(Value::Array(messages))
}

/// Reads one message, or an item that stands among messages.
fn message(value: &Value) -> Option<Value> {
    let Some(fields) = value.as_object() else {
        let parts = parts(value);
        return (!parts.is_empty()).then(|| json!({"role": "user", "parts": parts}));
    };
    let role = fields.get("role").and_then(Value::as_str).map(str::to_lowercase);
    let role = match role.as_deref() {
        Some("model") => "assistant",
        Some("developer") => "system",
        Some("function") => "tool",
        Some(role) => role,
        // An item of OpenAI's responses, or a part alone.
        None if fields.get("type").is_some_and(|it| it == "function_call_output") => "tool",
        None if fields.get("type").is_some_and(|it| it == "function_call") => "assistant",
        None => "user",
    };
    let mut message = Map::from_iter([("role".to_owned(), json!(role))]);
    message.insert("parts".to_owned(), Value::Array(parts_of(fields, role)));
    if let Some(name) = fields.get("name").filter(|_| role != "tool") {
        message.insert("name".to_owned(), name.clone());
    }
    Some(Value::Object(message))
}

fn parts_of(fields: &Map<String, Value>, role: &str) -> Vec<Value> {
    let content = fields.get("content").or_else(|| fields.get("parts"));
    if role == "tool"
        && let Some(id) = fields.get("tool_call_id").or_else(|| fields.get("toolCallId"))
    {
        return vec![json!({"type": "tool_call_response", "id": id, "response": content})];
    }
    let content = match content {
        Some(content) => parts(content),
        None if fields.contains_key("role") && !fields.contains_key("text") => Vec::new(),
        None => parts(&Value::Object(fields.clone())),
    };
    let reasoning = ["reasoning_content", "reasoning", "thinking"]
        .iter()
        .find_map(|key| fields.get(*key)?.as_str());
    let reasoning = reasoning.map(|said| json!({"type": "reasoning", "content": said}));
    reasoning.into_iter().chain(content).chain(calls(fields)).collect()
}

/// Reads system instructions.
pub(crate) fn instructions(system: &Value) -> Option<Value> {
    let inner = system.get("parts").or_else(|| system.get("content"));
    let parts = parts(inner.unwrap_or(system));
    (!parts.is_empty()).then_some(Value::Array(parts))
}

/// Reads the tools that a model may call.
fn definitions(tools: &Value) -> Option<Value> {
    let mut found = Vec::new();
    for tool in tools.as_array()? {
        let nested =
            ["functionDeclarations", "function_declarations"].iter().find_map(|key| tool.get(*key));
        match nested.and_then(Value::as_array) {
            Some(functions) => found.extend(functions.iter().filter_map(definition)),
            None => found.extend(definition(tool)),
        }
    }
    (!found.is_empty()).then_some(Value::Array(found))
}

fn definition(tool: &Value) -> Option<Value> {
    let inner = tool.get("function").or_else(|| tool.get("toolSpec")).unwrap_or(tool);
    let fields = inner.as_object()?;
    let kind = tool.get("type").and_then(Value::as_str).filter(|kind| *kind != "custom");
    let mut found = Map::from_iter([("type".to_owned(), json!(kind.unwrap_or("function")))]);
    found.insert("name".to_owned(), fields.get("name").cloned().unwrap_or_else(|| json!(kind)));
    if let Some(description) = fields.get("description") {
        found.insert("description".to_owned(), description.clone());
    }
    let schema =
        ["parameters", "input_schema", "inputSchema"].iter().find_map(|key| fields.get(*key));
    if let Some(schema) = schema {
        found.insert("parameters".to_owned(), schema.clone());
    }
    Some(Value::Object(found))
}

/// Reads an answer, up to two objects deep in a type of the user's own.
pub(crate) fn output_messages(answer: &Value) -> Option<Value> {
    let messages = answers(answer, 3);
    (!messages.is_empty()).then_some(Value::Array(messages))
}

fn answers(value: &Value, depth: u8) -> Vec<Value> {
    let fields = match value {
        Value::Array(items) if depth > 0 => {
            return items
                .iter()
                .map(|item| answers(item, depth - 1))
                .find(|it| !it.is_empty())
                .unwrap_or_default();
        }
        Value::Object(fields) => fields,
        _ => return Vec::new(),
    };
    let list = |keys: &[&str]| keys.iter().find_map(|key| fields.get(*key)?.as_array());
    if let Some(choices) = list(&["choices", "candidates"]) {
        return choices.iter().filter_map(choice).collect();
    }
    if let Some(items) = list(&["output"]) {
        return vec![answered(items.iter().flat_map(item).collect(), status(fields))];
    }
    if is_message(fields) {
        let inner = fields.get("output").and_then(|output| output.get("message"));
        let inner =
            inner.or_else(|| fields.get("message")).and_then(Value::as_object).unwrap_or(fields);
        return vec![answered(said(inner), finish(fields))];
    }
    if depth > 0 {
        let inner = fields
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "input" | "arguments" | "args" | "usage"));
        let found = inner.map(|(_, inner)| answers(inner, depth - 1)).find(|it| !it.is_empty());
        if let Some(found) = found {
            return found;
        }
    }
    let content = ["content", "text", "message", "response", "choice"]
        .iter()
        .find_map(|key| fields.get(*key));
    let parts = content.map(parts).unwrap_or_default();
    if parts.is_empty() { Vec::new() } else { vec![answered(parts, finish(fields))] }
}

/// Whether an object is an answer with one message in it.
fn is_message(fields: &Map<String, Value>) -> bool {
    let has = |key: &str| fields.contains_key(key);
    let ends = ["stop_reason", "stopReason", "done_reason", "finish_reason", "done"]
        .iter()
        .any(|key| has(key));
    ends && ["content", "message", "output", "response", "text"].iter().any(|key| has(key))
}

fn choice(choice: &Value) -> Option<Value> {
    let fields = choice.as_object()?;
    let inner =
        fields.get("message").or_else(|| fields.get("content")).or_else(|| fields.get("delta"));
    let parts = match inner {
        Some(Value::Object(inner)) => said(inner),
        Some(other) => parts(other),
        None => fields.get("text").map(parts).unwrap_or_default(),
    };
    Some(answered(parts, finish(fields)))
}

/// The parts that a message of an answer has.
fn said(fields: &Map<String, Value>) -> Vec<Value> {
    let rest = ["response", "text", "refusal"].iter().find_map(|key| fields.get(*key));
    match rest.filter(|_| !fields.contains_key("content") && !fields.contains_key("parts")) {
        Some(rest) => parts(rest).into_iter().chain(calls(fields)).collect(),
        None => parts_of(fields, "assistant"),
    }
}

/// An item of OpenAI's responses.
fn item(item: &Value) -> Vec<Value> {
    match item.get("type").and_then(Value::as_str) {
        Some("message") | None => item.get("content").map(parts).unwrap_or_default(),
        Some(_) => parts(item),
    }
}

pub(super) fn answered(parts: Vec<Value>, finish: &str) -> Value {
    let parts = Value::Array(parts);
    json!({"role": "assistant", "parts": parts, "finish_reason": finish})
}

fn finish(fields: &Map<String, Value>) -> &'static str {
    let keys = ["finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason"];
    let word = keys.iter().find_map(|key| fields.get(*key)?.as_str());
    named_finish(word.unwrap_or_default())
}

/// Returns the word of the conventions for a provider's own.
pub(super) fn named_finish(word: &str) -> &'static str {
    match word.to_ascii_lowercase().as_str() {
        "length" | "max_tokens" | "max_output_tokens" | "model_length" => "length",
        "tool_calls" | "tool_use" | "tool_call" | "function_call" => "tool_call",
        "content_filter"
        | "content_filtered"
        | "safety"
        | "recitation"
        | "refusal"
        | "guardrail_intervened"
        | "blocklist"
        | "prohibited_content"
        | "spii" => "content_filter",
        "error" | "failed" | "cancelled" => "error",
        _ => "stop",
    }
}

/// How an answer of OpenAI's responses ended.
fn status(fields: &Map<String, Value>) -> &'static str {
    let reason = fields.get("incomplete_details").and_then(|details| details.get("reason"));
    let word = reason.or_else(|| fields.get("status")).and_then(Value::as_str);
    named_finish(word.unwrap_or_default())
}

/// Reads what a tool was called with, or what it returned.
pub(crate) fn of_tool(value: &Value) -> Value {
    object(value)
}

#[cfg(test)]
mod tests;
