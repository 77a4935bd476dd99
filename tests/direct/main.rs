//! The tests of `integration` once more, where `init` has joined a subscriber without an
//! OpenTelemetry layer: all spans are made directly. What differs is in `support`.

#[path = "../integration/arguments.rs"]
mod arguments;
#[path = "../integration/attributes.rs"]
mod attributes;
#[path = "../integration/chunks.rs"]
mod chunks;
#[path = "../integration/context.rs"]
mod context;
#[path = "../integration/cost.rs"]
mod cost;
#[path = "../integration/declared.rs"]
mod declared;
#[path = "../integration/handle.rs"]
mod handle;
#[path = "../integration/inherited.rs"]
mod inherited;
mod moved;
#[path = "../integration/operations.rs"]
mod operations;
#[path = "../integration/outcomes.rs"]
mod outcomes;
#[path = "../integration/providers.rs"]
mod providers;
#[path = "../integration/requests/mod.rs"]
mod requests;
#[path = "../integration/shapes.rs"]
mod shapes;
#[path = "../integration/streams.rs"]
mod streams;
mod support;
#[path = "../integration/texts.rs"]
mod texts;
#[path = "../integration/threads.rs"]
mod threads;
#[path = "../integration/totals.rs"]
mod totals;
#[path = "../integration/traces.rs"]
mod traces;
