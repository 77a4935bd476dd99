//! Store an answer with the trace context of its call; score the call when somebody has read it.
//!
//! ```text
//! cargo run --example evaluation
//! ```

mod provider;

use std::error::Error;

use llm_trace::{Evaluation, TraceContext, llm_span, with_trace_context};
use serde_json::{Value, json};

#[llm_span(model = "gpt-4o-mini", provider = "openai")]
async fn chat(base_url: &str, key: &str, prompt: &str) -> reqwest::Result<Value> {
    let message = json!({ "role": "user", "content": prompt });
    let body = json!({ "model": "gpt-4o-mini", "messages": [message] });
    let url = format!("{base_url}/chat/completions");
    let request = reqwest::Client::new().post(url).bearer_auth(key).json(&body);
    request.send().await?.error_for_status()?.json().await
}

/// Scores a stored answer, days later and in another process.
fn evaluate(row: &str) -> Result<(), Box<dyn Error>> {
    let row: Value = serde_json::from_str(row)?;
    let answer = row["answer"].as_str().unwrap_or_default();
    let is_short = answer.split(' ').count() < 50;
    let evaluation = Evaluation::new("brevity")
        .with_score(if is_short { 1.0 } else { 0.0 })
        .with_label(if is_short { "pass" } else { "fail" })
        // Of this, a length and a keyed hash leave, unless capture allows more.
        .with_explanation(format!("the reader was asked to read: {answer}"))
        .with_response_id(row["id"].as_str().unwrap_or_default());
    let call: Option<TraceContext> = serde_json::from_value(row["call"].clone())?;
    // Without telemetry there was no trace, and is nothing to score.
    if let Some(call) = call {
        evaluation.record(&call);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    let (answer, call) = with_trace_context(chat(&base_url, &key, "What is a trait?")).await;
    let answer = answer?;
    let text = &answer["choices"][0]["message"]["content"];
    let row = json!({ "id": answer["id"], "answer": text, "call": call }).to_string();
    println!("stored: {row}\n");
    evaluate(&row)
}

#[test]
fn what_is_exported_is_as_drawn() {
    let capture = provider::assert_exported(main, "chat gpt-4o-mini {finish = stop}");
    let logs = capture.logs();
    let result = logs.iter().find(|log| log.name == Some("gen_ai.evaluation.result"));
    let result = result.expect("an evaluation");
    let span = capture.span();
    let call = span.context();
    assert_eq!(result.span, Some((call.trace_id(), call.span_id())));
    assert_eq!(result.attribute("gen_ai.evaluation.score.label"), Some(&"pass".into()));
}
