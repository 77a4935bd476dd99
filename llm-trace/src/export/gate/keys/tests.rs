//! What keys say, by example.

use super::Family::{Error, Input, Other, Output, System, Text, Tool};
use super::{Class, GEN_AI, class};

#[test]
fn the_content_of_every_known_ecosystem_is_closed() {
    for (key, family) in [
        ("gen_ai.input.messages", Input),
        ("gen_ai.output.messages", Output),
        ("gen_ai.system_instructions", System),
        ("gen_ai.tool.definitions", Tool),
        ("gen_ai.tool.call.arguments", Tool),
        ("gen_ai.tool.call.result", Tool),
        ("gen_ai.prompt", Input),
        ("gen_ai.prompt.0.content", Input),
        ("gen_ai.prompt.variable.name", Input),
        ("gen_ai.completion.0.tool_calls.0.arguments", Output),
        ("gen_ai.content.prompt", Other),
        ("gen_ai.event.content", Other),
        ("gen_ai.made.up", Other),
        ("input.value", Input),
        ("output.value", Output),
        ("llm.input_messages.0.message.content", Input),
        ("llm.output_messages.0.message.content", Output),
        ("llm.prompts.0.prompt.text", Input),
        ("llm.tools.0.tool.json_schema", Tool),
        ("llm.invocation_parameters", Other),
        ("llm.completions", Output),
        ("retrieval.documents.0.document.content", Output),
        ("embedding.embeddings.0.embedding.text", Input),
        ("tool.parameters", Tool),
        ("traceloop.entity.input", Input),
        ("traceloop.entity.output", Output),
        ("langfuse.observation.input", Input),
        ("langfuse.trace.output", Output),
        ("langfuse.trace.metadata.note", Other),
        ("langsmith.metadata.note", Other),
        ("ai.prompt", Input),
        ("ai.prompt.messages", Input),
        ("ai.response.text", Output),
        ("ai.response.toolCalls", Output),
        ("ai.result.object", Output),
        ("ai.toolCall.args", Tool),
        ("ai.toolCall.result", Tool),
        ("mlflow.spanInputs", Input),
        ("braintrust.output_json", Output),
        ("genkit:input", Input),
        ("pydantic_ai.all_messages", Other),
        ("logfire.msg", Text),
        ("exception.message", Error),
        ("exception.stacktrace", Error),
        ("error", Error),
        ("http.request.header.authorization", Other),
        ("user_prompt", Input),
        ("chatHistory", Input),
        ("request.body", Input),
        ("args", Tool),
        ("ai.agent.prompt", Input),
        ("langfuse.prompt", Input),
        ("traceloop.association.properties.question", Input),
        ("user.input", Input),
        ("user.last_message", Text),
        ("session.messages", Other),
        ("http.request.body", Text),
        ("openai.request", Input),
        ("mcp.params", Tool),
        ("event.data", Other),
        ("error.cause", Error),
        ("exception.chain", Error),
        ("log.record.original", Other),
        ("aws.bedrock.prompt", Input),
        ("db.operation.parameter.name", Other),
    ] {
        assert_eq!(class(key), Class::Content(family), "{key}");
    }
}

#[test]
fn names_numbers_and_the_core_conventions_stay_open() {
    for (key, expected) in [
        ("gen_ai.operation.name", Class::Word),
        ("gen_ai.request.model", Class::Word),
        ("gen_ai.prompt.name", Class::Word),
        ("error.type", Class::Word),
        ("db.query.text", Class::Plain),
        ("http.request.method", Class::Plain),
        ("service.name", Class::Plain),
        ("url.full", Class::Address),
        ("http.response.status_code", Class::Plain),
        ("error.code", Class::Plain),
        ("exception.type", Class::Word),
        ("aws.request_id", Class::Plain),
        ("messaging.message.id", Class::Plain),
        ("process.command_args", Class::Plain),
        ("user_agent.original", Class::Plain),
        ("ai.model.id", Class::Unknown),
        ("ai.toolCall.name", Class::Unknown),
        ("llm.model_name", Class::Unknown),
        ("traceloop.entity.name", Class::Unknown),
        ("langfuse.session.id", Class::Unknown),
        ("langfuse.observation.prompt.name", Class::Unknown),
        ("ai.response.finishReason", Class::Unknown),
        ("app.tenant", Class::Unknown),
    ] {
        assert_eq!(class(key), expected, "{key}");
    }
    assert!(GEN_AI.is_sorted());
}

#[test]
fn the_table_agrees_with_the_registry() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/registry/genai.json");
    let text = std::fs::read_to_string(path).unwrap();
    let registry: serde_json::Value = serde_json::from_str(&text).unwrap();
    // Descriptions are written by people for people, and the conventions warn of them.
    let mut seen = 0;
    for known in registry["attributes"].as_array().unwrap() {
        let (key, kind) = (known["key"].as_str().unwrap(), known["type"].as_str().unwrap());
        let is_content = known["content"] == true
            || [".description", ".explanation", ".uri"].iter().any(|end| key.ends_with(end));
        if key.starts_with("gen_ai.") && kind.starts_with("string") || is_content {
            let is_closed = matches!(class(key), Class::Content(_));
            assert_eq!(is_closed, is_content && !key.starts_with("mcp."), "{key}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
