//! What leaves the process: every test asserts exported spans, metrics or log events.

mod arguments;
mod shapes;
mod support;
