//! The layer alone makes nothing of a program that is not a call of a model. Alone in its process:
//! what `tracing` makes depends on every subscriber there is.

use tracing::{Level, enabled, info_span};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

#[test]
fn the_layer_makes_no_event_and_no_other_span_of_the_program() {
    let log = tracing_subscriber::fmt::layer().with_filter(LevelFilter::ERROR);
    let subscriber = tracing_subscriber::registry().with(llm_trace::layer()).with(log);
    tracing::subscriber::with_default(subscriber, || {
        assert!(!enabled!(Level::TRACE), "a client would print its request");
        assert!(!enabled!(Level::INFO) && enabled!(Level::ERROR));
        assert!(info_span!("of.the.program", id = 1).is_disabled());
        assert!(!info_span!("chat", gen_ai.operation.name = "chat").is_disabled());
    });
}
