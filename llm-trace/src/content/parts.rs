//! Puts what a message holds into the parts of the conventions, whichever provider wrote it.

use serde_json::{Map, Value, json};

/// Returns the parts of a content: a text, a part, or a list of either.
pub(super) fn parts(content: &Value) -> Vec<Value> {
    match content {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(parts).collect(),
        Value::Object(object) => part(object).into_iter().collect(),
        Value::String(said) => vec![text(said)],
        other => vec![text(&other.to_string())],
    }
}

pub(super) fn text(content: &str) -> Value {
    json!({"type": "text", "content": content})
}

/// Returns the calls of tools that stand beside the content of a message.
pub(super) fn calls(message: &Map<String, Value>) -> Vec<Value> {
    let calls = message.get("tool_calls").or_else(|| message.get("toolCalls"));
    let calls = calls.and_then(Value::as_array).into_iter().flatten();
    let single = message.get("function_call").map(|call| json!({"function": call}));
    calls.cloned().chain(single).filter_map(|call| call.as_object().map(call_of_function)).collect()
}

/// OpenAI's form, and that of those who imitate it.
fn call_of_function(call: &Map<String, Value>) -> Value {
    let function = call.get("function").and_then(Value::as_object).unwrap_or(call);
    tool_call(call.get("id"), function.get("name"), function.get("arguments"))
}

pub(super) fn tool_call(
    id: Option<&Value>,
    name: Option<&Value>,
    arguments: Option<&Value>,
) -> Value {
    let mut part = Map::from_iter([("type".to_owned(), json!("tool_call"))]);
    set(&mut part, "id", id.cloned());
    set(&mut part, "name", Some(name.cloned().unwrap_or_else(|| json!(""))));
    set(&mut part, "arguments", arguments.map(object));
    Value::Object(part)
}

fn tool_response(id: Option<&Value>, response: Option<&Value>) -> Value {
    let mut part = Map::from_iter([("type".to_owned(), json!("tool_call_response"))]);
    set(&mut part, "id", id.cloned());
    set(&mut part, "response", Some(response.cloned().unwrap_or(Value::Null)));
    Value::Object(part)
}

/// Returns what a text is the JSON of, or the text.
pub(super) fn object(value: &Value) -> Value {
    let parsed = value.as_str().filter(|text| text.trim_start().starts_with(['{', '[']));
    parsed.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| value.clone())
}

fn set(part: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        part.insert(key.to_owned(), value);
    }
}

/// Returns one part, by its type or by the field that says what it is.
fn part(object: &Map<String, Value>) -> Option<Value> {
    let get = |key: &str| object.get(key);
    let word = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_thought = get("thought") == Some(&Value::Bool(true));
    Some(match word("type") {
        "text" | "input_text" | "output_text" | "summary_text" => text(word("text")),
        "refusal" => text(word("refusal")),
        "thinking" => json!({"type": "reasoning", "content": word("thinking")}),
        "reasoning" => {
            let said = get("summary").or_else(|| get("content")).or_else(|| get("text"));
            json!({"type": "reasoning", "content": joined(said)})
        }
        // What the provider keeps to itself, and what is not inside of a content.
        "message" | "redacted_thinking" => return None,
        "tool_use" | "server_tool_use" => tool_call(get("id"), get("name"), get("input")),
        "tool_call" => tool_call(get("id"), get("name"), get("arguments")),
        "function_call" => {
            tool_call(get("call_id").or_else(|| get("id")), get("name"), get("arguments"))
        }
        "function" => call_of_function(object),
        "tool_result" => tool_response(get("tool_use_id"), get("content")),
        "function_call_output" => tool_response(get("call_id"), get("output")),
        "image_url" => media("image", get("image_url")),
        "input_image" => media("image", get("image_url").or_else(|| get("file_id"))),
        "image" => media("image", get("source").or_else(|| get("data"))),
        "input_audio" | "audio" => media("audio", get("input_audio").or_else(|| get("source"))),
        "document" | "file" | "input_file" => {
            media("document", get("source").or_else(|| get("file")).or_else(|| get("file_data")))
        }
        "" => return untyped(object, is_thought),
        _ => Value::Object(object.clone()),
    })
}

/// Gemini, Bedrock, genai and Rig name a part by its field.
fn untyped(object: &Map<String, Value>, is_thought: bool) -> Option<Value> {
    let (key, inner) =
        object.iter().find(|(key, _)| !matches!(key.as_str(), "thought" | "thoughtSignature"))?;
    let said = inner.as_str().unwrap_or_default();
    let field = |name: &str| inner.get(name);
    Some(match key.as_str() {
        "text" | "Text" if is_thought => json!({"type": "reasoning", "content": said}),
        "text" | "Text" => text(inner.get("text").and_then(Value::as_str).unwrap_or(said)),
        "functionCall" | "function_call" => tool_call(field("id"), field("name"), field("args")),
        "functionResponse" | "function_response" => tool_response(field("id"), field("response")),
        "toolUse" => tool_call(field("toolUseId"), field("name"), field("input")),
        "toolResult" => tool_response(field("toolUseId"), field("content")),
        "ToolCall" => tool_call(field("call_id"), field("fn_name"), field("fn_arguments")),
        "ToolResponse" => tool_response(field("call_id"), field("content")),
        "reasoningContent" => {
            json!({"type": "reasoning", "content": joined(field("reasoningText"))})
        }
        "image" | "inlineData" | "inline_data" | "fileData" | "file_data" => {
            media("image", Some(inner))
        }
        "audio" | "video" | "document" => media(key, Some(inner)),
        "function" | "id" if object.contains_key("function") => call_of_function(object),
        "content" | "parts" => return parts(inner).into_iter().next(),
        _ => {
            let mut generic = object.clone();
            generic.insert("type".to_owned(), json!("generic"));
            Value::Object(generic)
        }
    })
}

/// Size and type of an image or a sound, or where it lies: never what it is.
fn media(modality: &str, source: Option<&Value>) -> Value {
    let find = |keys: &[&str]| {
        let object = source?.as_object()?;
        let inner = object.get("source").and_then(Value::as_object);
        keys.iter().find_map(|key| object.get(*key).or_else(|| inner?.get(*key))?.as_str())
    };
    let kind = find(&["media_type", "mime_type", "mimeType", "format"]).map(str::to_owned);
    let place = source.and_then(Value::as_str);
    let place = place.or_else(|| find(&["url", "uri", "fileUri", "file_uri"]));
    let data =
        find(&["data", "bytes", "file_data"]).or(place.filter(|place| place.starts_with('[')));
    let mut part = Map::from_iter([("modality".to_owned(), json!(modality))]);
    match (data, place) {
        (None, Some(place)) if place.starts_with("http") || place.starts_with("gs:") => {
            set(&mut part, "type", Some(json!("uri")));
            let place = place.split(['?', '#']).next().unwrap_or_default();
            set(&mut part, "uri", Some(json!(place)));
        }
        (data, _) => {
            set(&mut part, "type", Some(json!("blob")));
            // The tree has `[image/png: 26 bytes]` in place of data.
            let kind_and_size = data.and_then(|data| {
                let (kind, size) =
                    data.strip_prefix('[')?.strip_suffix(" bytes]")?.split_once(": ")?;
                Some((kind.to_owned(), size.parse::<u64>().ok()?))
            });
            let size = match &kind_and_size {
                Some((_, size)) => Some(*size),
                None => data.map(|data| data.len() as u64),
            };
            set(&mut part, "size", size.map(Value::from));
            set(&mut part, "content", Some(json!("")));
            let named = kind_and_size.map(|(kind, _)| kind).filter(|kind| kind.contains('/'));
            set(&mut part, "mime_type", kind.or(named).map(Value::from));
            return Value::Object(part);
        }
    }
    set(&mut part, "mime_type", kind.map(Value::from));
    Value::Object(part)
}

/// All texts in a value, one after another.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(said)) => said.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| joined(Some(item))).collect(),
        Some(Value::Object(object)) => joined(object.get("text").or_else(|| object.get("content"))),
        _ => String::new(),
    }
}
