//! What leaves the process: every test asserts exported spans, metrics or log events.

mod support;
