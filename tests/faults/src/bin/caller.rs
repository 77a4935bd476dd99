//! The service by itself, for tests: see `llm_trace_faults::caller`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    llm_trace_faults::caller::run()
}
