use llm_trace::llm_span;

#[llm_span(tool = "add", fields("gen_ai.agent.id" = 7))]
fn string() {}

#[llm_span(tool = "add", fields("gen_ai.evaluation.score.value" = 1))]
fn double() {}

#[llm_span(tool = "add", fields("gen_ai.memory.record.count" = "3"))]
fn int() {}

#[llm_span(tool = "add", fields("gen_ai.conversation.compacted" = "true"))]
fn boolean() {}

fn main() {}
