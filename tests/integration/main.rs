//! What leaves the process: every test asserts exported spans, metrics or log events.

mod concurrency;
mod handle;
mod outcomes;
mod subscribers;
mod support;
