use llm_trace::llm_span;

#[llm_span(
    tool = "add",
    fields(
        "gen_ai.request.model" = "gpt-4o",
        "gen_ai.usage.input_tokens" = 3,
        "gen_ai.input.messages" = "hi",
        "error.type" = "timeout",
        "otel.kind" = "client",
        "llm_trace.outcome" = "ok",
        "gen_ai.system" = "openai",
    ),
)]
fn add() {}

fn main() {}
