//! A program that measures by itself, with texts in the attributes.

use std::error::Error;

use llm_trace::opentelemetry::{KeyValue, global};

/// Counts three times, with prompts and a key that differ and a tool that does not.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let guard = llm_trace::init()?;
    crate::chat("canary-prompt");
    let meter = global::meter("shop");
    let (lookups, sizes) =
        (meter.u64_counter("shop.lookups").build(), meter.f64_histogram("shop.sizes").build());
    for turn in 0..3 {
        let secret = format!("sk-ant-{}{turn}", "api03-Zk4Qm8Xw2Lr7".repeat(4));
        let attributes = [
            KeyValue::new("gen_ai.prompt", format!("canary {turn}")),
            KeyValue::new("note", format!("key {secret}")),
            KeyValue::new("gen_ai.tool.name", "get_weather"),
        ];
        lookups.add(2, &attributes);
        sizes.record(f64::from(turn), &attributes);
    }
    lookups.add(1, &[KeyValue::new("gen_ai.tool.name", "get_news")]);
    Ok(guard.shutdown()?)
}
