//! A program that measures by itself, with texts wherever a text fits: attributes and their keys,
//! names, descriptions and scopes.

use std::error::Error;

use llm_trace::opentelemetry::metrics::Meter;
use llm_trace::opentelemetry::{InstrumentationScope, KeyValue, global};

/// Counts three times, with prompts and a key that differ and a tool that does not.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let guard = llm_trace::init()?;
    crate::chat("canary-prompt");
    measure();
    Ok(guard.shutdown()?)
}

/// Reads the same as Prometheus does, twice.
pub(crate) fn scrape() -> Result<(), Box<dyn Error>> {
    let guard = llm_trace::init()?;
    crate::chat("canary-prompt");
    measure();
    let prometheus = guard.prometheus().ok_or("no endpoint")?;
    crate::get(prometheus.address().ok_or("no address")?, "/metrics")?;
    // What is measured for the first time between two scrapes is gated as well.
    let late = global::meter("shop").u64_counter("shop.late").build();
    late.add(1, &[KeyValue::new("late.prompt", "canary late")]);
    crate::get(prometheus.address().ok_or("no address")?, "/metrics")?;
    Ok(())
}

fn measure() {
    let meter = global::meter("shop");
    let (lookups, sizes) =
        (meter.u64_counter("shop.lookups").build(), meter.f64_histogram("shop.sizes").build());
    let open = meter.i64_up_down_counter("shop.open").build();
    let level = meter.f64_gauge("shop.level").build();
    for turn in 0..3 {
        let attributes = [
            KeyValue::new("gen_ai.prompt", format!("canary {turn}")),
            KeyValue::new("note", format!("key {}", secret(turn))),
            KeyValue::new("gen_ai.tool.name", "get_weather"),
        ];
        lookups.add(2, &attributes);
        sizes.record(f64::from(turn), &attributes);
        open.add(1, &attributes);
        level.record(f64::from(turn), &attributes);
    }
    lookups.add(1, &[KeyValue::new("gen_ai.tool.name", "get_news")]);
    name_badly(&meter);
}

/// Puts texts where names belong.
fn name_badly(meter: &Meter) {
    let told = meter
        .u64_counter(format!("shop.{}", secret(7)))
        .with_description(format!("Written to ann@example.com with {}.", secret(7)))
        .with_unit("{ann@example.com}")
        .build();
    told.add(
        1,
        &[
            KeyValue::new("canary is what I said", "canary"),
            KeyValue::new("by.ann@example.com", "canary"),
            KeyValue::new("gen_ai.input.messages", r#"[{"content": "canary"}]"#),
            KeyValue::new("gen_ai.request.model", "gpt-4o"),
        ],
    );
    let scope = InstrumentationScope::builder("tells ann@example.com")
        .with_version("ann@example.com")
        .with_schema_url("https://example.com/schema?canary")
        .with_attributes([KeyValue::new("prompt", "canary"), KeyValue::new("tenant", "acme")])
        .build();
    global::meter_with_scope(scope).u64_counter("shop.scoped").build().add(1, &[]);
}

/// A key that is none, and in no file.
fn secret(turn: i32) -> String {
    format!("sk-ant-{}{turn}", "api03-Zk4Qm8Xw2Lr7".repeat(4))
}
