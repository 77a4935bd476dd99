//! What leaves the process: every test asserts exported spans, metrics or log events.

mod added;
mod arguments;
mod attributes;
mod chunks;
mod concurrency;
mod context;
mod cost;
mod declared;
mod handle;
mod inherited;
mod operations;
mod outcomes;
mod providers;
mod requests;
mod shapes;
mod streams;
mod subscribers;
mod support;
mod texts;
mod threads;
mod totals;
mod traces;
