//! Owns [`Marking`]: takes the share of traces where they start, and marks the others in their
//! `tracestate`, which goes along to every span of the trace, in this service and the next.

use opentelemetry::trace::{Link, SpanKind, TraceContextExt, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use super::counts::Counts;

const KEY: &str = "llm-trace";
/// The trace is recorded, and kept only if its end gives a reason.
const TAIL: &str = "tail";

/// Whether a trace is to be judged by its end.
pub(super) fn is_marked(state: &TraceState) -> bool {
    state.get(KEY) == Some(TAIL)
}

/// A head sampler, and the share of what it samples that is kept whatever happens.
#[derive(Clone, Debug)]
pub(crate) struct Marking<S> {
    inner: S,
    ratio: f64,
    counts: Counts,
}

impl<S> Marking<S> {
    pub(super) fn new(inner: S, ratio: f64, counts: Counts) -> Self {
        Self { inner, ratio, counts }
    }
}

impl<S: ShouldSample + Clone + 'static> ShouldSample for Marking<S> {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let mut result = self.inner.should_sample(parent, trace_id, name, kind, attributes, links);
        if result.decision != SamplingDecision::RecordAndSample || !is_ours_to_decide(parent) {
            return result;
        }
        if is_in_share(trace_id, self.ratio) {
            self.counts.in_share();
        } else if let Ok(marked) = result.trace_state.insert(KEY, TAIL) {
            result.trace_state = marked;
        }
        result
    }
}

/// A trace that starts here, or that its caller has not sampled and our sampler has.
fn is_ours_to_decide(parent: Option<&Context>) -> bool {
    parent.is_none_or(|parent| {
        let parent = parent.span();
        let parent = parent.span_context();
        !parent.is_valid() || (parent.is_remote() && !parent.is_sampled())
    })
}

/// The same 63 bits of the id, and the same bound, as the SDK's `traceidratio`: who samples by it,
/// in whatever service, keeps the same traces.
fn is_in_share(trace_id: TraceId, ratio: f64) -> bool {
    let bytes = trace_id.to_bytes();
    let (_, low) = bytes.split_at(8);
    let low = low.iter().fold(0_u64, |low, byte| low << 8 | u64::from(*byte));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a ratio below 1 of 2^63 fits"
    )]
    let bound = (ratio.max(0.0) * (1_u64 << 63) as f64) as u64;
    ratio >= 1.0 || low >> 1 < bound
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, Sampler};

    use super::*;

    #[test]
    fn the_share_is_that_of_the_sampler_traceidratio() {
        let ids = RandomIdGenerator::default();
        let context = Context::new();
        for ratio in [0.0, 0.01, 0.3, 1.0] {
            let head = Sampler::TraceIdRatioBased(ratio);
            for _ in 0..2000 {
                let id = ids.new_trace_id();
                let result =
                    head.should_sample(Some(&context), id, "", &SpanKind::Client, &[], &[]);
                let sampled = result.decision == SamplingDecision::RecordAndSample;

                assert_eq!(is_in_share(id, ratio), sampled, "{id} {ratio}");
            }
        }
    }
}
