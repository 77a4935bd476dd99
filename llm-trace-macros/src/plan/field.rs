//! Which keys may stand in `fields(…)`: those of the user, none that has an argument or a reading.

use crate::args::Field;
use crate::diagnostics::Diagnostics;
use crate::plan::Setter;

/// Attributes that this library sets, and what says their value instead.
const OURS: &[(&str, &str)] = &[
    ("error.type", "write `error_type = |error| …`"),
    ("gen_ai.agent.name", "write `agent = …` or `agent_name = …`"),
    ("gen_ai.conversation.id", "write `conversation = …`"),
    ("gen_ai.data_source.id", "write `retrieval = …`"),
    ("gen_ai.embeddings.dimension.count", "write `dimensions = …`"),
    ("gen_ai.operation.name", "write `operation = …`"),
    ("gen_ai.output.type", "write `output_type = …`"),
    ("gen_ai.prompt.name", "write `prompt_name = …`"),
    ("gen_ai.prompt.version", "write `prompt_version = …`"),
    ("gen_ai.provider.name", "write `provider = …`"),
    ("gen_ai.request.choice.count", "write `choice_count = …`"),
    ("gen_ai.request.encoding_formats", "write `encoding_formats = …`"),
    ("gen_ai.request.frequency_penalty", "write `frequency_penalty = …`"),
    ("gen_ai.request.max_tokens", "write `max_tokens = …`"),
    ("gen_ai.request.model", "write `model = …`"),
    ("gen_ai.request.presence_penalty", "write `presence_penalty = …`"),
    ("gen_ai.request.reasoning.level", "write `reasoning_level = …`"),
    ("gen_ai.request.seed", "write `seed = …`"),
    ("gen_ai.request.stop_sequences", "write `stop_sequences = …`"),
    ("gen_ai.request.stream", "it is set for a function that returns a stream"),
    ("gen_ai.request.temperature", "write `temperature = …`"),
    ("gen_ai.request.top_k", "write `top_k = …`"),
    ("gen_ai.request.top_p", "write `top_p = …`"),
    ("gen_ai.retrieval.top_k", "write `top_k = …`"),
    ("gen_ai.system", "its successor is `provider = …`"),
    ("gen_ai.tool.call.id", "write `tool_call_id = …`"),
    ("gen_ai.tool.name", "write `tool = …`"),
    ("gen_ai.tool.type", "write `tool_type = …`"),
    ("gen_ai.workflow.name", "write `workflow = …`"),
    ("llm_trace.attempt", "write `attempt = …`"),
    ("server.address", "write `server = \"host:port\"`"),
    ("server.port", "write `server = \"host:port\"`"),
    ("user.id", "write `user = …`"),
];

/// Prefixes of which every attribute is set by this library.
const OUR_PREFIXES: &[(&str, &str)] = &[
    ("gen_ai.response.", "write `response = |answer| …`"),
    ("gen_ai.usage.", "write `response = |answer| …`"),
    ("llm_trace.", "use a key of your own"),
    ("otel.", "name, kind and status follow from the call"),
];

/// Attributes that carry what people or models wrote.
const CONTENT: &[&str] = &[
    "gen_ai.completion",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.prompt",
    "gen_ai.system_instructions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.tool.definitions",
];

/// Plans the fields; a key that is ours or given twice is reported.
pub(super) fn setters(fields: &[Field], diagnostics: &mut Diagnostics) -> Vec<Setter> {
    for (index, Field { key, .. }) in fields.iter().enumerate() {
        let name = key.value();
        if fields[..index].iter().any(|before| before.key.value() == name) {
            diagnostics.report(key, format!("`{name}` is given twice"));
        } else if let Some(fault) = fault(&name) {
            diagnostics.report(key, fault);
        }
    }
    fields
        .iter()
        .map(|Field { key, value }| Setter::Field { key: key.clone(), value: value.clone() })
        .collect()
}

fn fault(key: &str) -> Option<String> {
    if key.trim().is_empty() {
        return Some("a key is empty; write one, as in `\"app.tenant\"`".to_owned());
    }
    if CONTENT.contains(&key) {
        return Some(format!("`{key}` is content, which is kept out of attributes"));
    }
    let ours = OURS.iter().find(|(ours, _)| *ours == key);
    let prefixed = || OUR_PREFIXES.iter().find(|(prefix, _)| key.starts_with(prefix));
    let (_, instead) = ours.or_else(prefixed)?;
    Some(format!("`{key}` is not a field; {instead}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_ours_are_refused_and_others_pass() {
        for key in [
            "gen_ai.request.model",
            "gen_ai.usage.x",
            "otel.kind",
            "error.type",
            "",
            "gen_ai.prompt",
        ] {
            assert!(fault(key).is_some(), "{key}");
        }
        for key in ["app.tenant", "gen_ai.agent.id", "http.route", "tenant"] {
            assert_eq!(fault(key), None, "{key}");
        }
    }
}
