//! Owns the variables of the tail rule.

use crate::export::tail::TailSampling;

use super::InitError;
use super::env::{Env, wrong};

const RATIO: &str = "LLM_TRACE_TAIL_RATIO";
const COST: &str = "LLM_TRACE_TAIL_COST";
const A_RATIO: &str = "a ratio between 0 and 1, such as 0.01";
const DOLLARS: &str = "US dollars, such as 0.5";

/// Reads the rule; without a ratio there is none.
pub(super) fn read(env: &Env<'_>) -> Result<Option<TailSampling>, InitError> {
    let Some(ratio) = env.get(RATIO) else { return Ok(None) };
    let mut rule = match ratio.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => TailSampling::ratio(share),
        _ => return Err(wrong(RATIO, ratio, A_RATIO)),
    };
    if let Some(slow) = env.millis(["LLM_TRACE_TAIL_SLOW"])? {
        rule.slow = slow;
    }
    if let Some(cost) = env.get(COST) {
        rule.expensive = match cost.parse() {
            Ok(dollars) if dollars > 0.0 => dollars,
            _ => return Err(wrong(COST, cost, DOLLARS)),
        };
    }
    if let Some(traces) =
        env.count(["LLM_TRACE_TAIL_MAX_TRACES"], "a number of traces, such as 10000")?
    {
        rule.max_traces = traces;
    }
    if let Some(spans) =
        env.count(["LLM_TRACE_TAIL_MAX_SPANS"], "a number of spans, such as 50000")?
    {
        rule.max_spans = spans;
    }
    if let Some(bytes) =
        env.count(["LLM_TRACE_TAIL_MAX_BYTES"], "a number of bytes, such as 67108864")?
    {
        rule.max_bytes = bytes;
    }
    if let Some(age) = env.millis(["LLM_TRACE_TAIL_MAX_AGE"])? {
        rule.max_age = age;
    }
    Ok(Some(rule))
}

/// Refuses a ratio that is none.
pub(super) fn check(rule: TailSampling) -> Result<TailSampling, InitError> {
    if (0.0..=1.0).contains(&rule.ratio) {
        return Ok(rule);
    }
    Err(wrong("Builder::with_tail_sampling", rule.ratio.to_string(), A_RATIO))
}
