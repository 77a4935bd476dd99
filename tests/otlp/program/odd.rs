//! Numbers that JSON has not, and text that steers a terminal.

use llm_trace::{InitError, llm_span};

pub(crate) fn numbers() -> Result<(), InitError> {
    let _guard = llm_trace::init()?;
    odd(f64::NAN, f64::NEG_INFINITY);
    let gauge = llm_trace::opentelemetry::global::meter("odd").f64_gauge("odd").build();
    gauge.record(f64::INFINITY, &[]);
    tracing::info!(number = f64::NAN);
    Ok(())
}

pub(crate) fn text() -> Result<(), InitError> {
    let _guard = llm_trace::init()?;
    tracing::warn!("\u{1b}[2Jgone\nnext");
    Ok(())
}

#[llm_span(tool = "odd", fields("app.none" = none, "app.least" = least))]
fn odd(none: f64, least: f64) {}
