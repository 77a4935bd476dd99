//! A program that has a propagator of its own.

use std::collections::HashMap;
use std::error::Error;

use llm_trace::opentelemetry::propagation::text_map_propagator::FieldIter;
use llm_trace::opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use llm_trace::opentelemetry::trace::{FutureExt, TraceContextExt};
use llm_trace::opentelemetry::{Context, global};
use llm_trace::{Builder, TraceContext, llm_span, propagation};

/// Sends a trace context under a name of its own.
#[derive(Debug)]
struct Theirs([String; 1]);

impl TextMapPropagator for Theirs {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        if let Some(context) = TraceContext::new(context.span().span_context()) {
            injector.set(&self.0[0], context.to_string());
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let stored = extractor.get(&self.0[0]).and_then(|text| text.parse::<TraceContext>().ok());
        match stored {
            Some(stored) => context.with_remote_span_context(stored.span_context()),
            None => context.clone(),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.0)
    }
}

/// Calls another service, which is this one, and prints the names of the headers.
pub(crate) fn run(replaced: bool) -> Result<(), Box<dyn Error>> {
    global::set_text_map_propagator(Theirs(["x-theirs".to_owned()]));
    let _guard = Builder::new().with_globals_replaced(replaced).install()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let carrier = front().await;
        let mut names: Vec<_> = carrier.keys().map(String::as_str).collect();
        names.sort_unstable();
        #[expect(clippy::print_stdout, reason = "the test reads it")]
        {
            println!("{}", names.join(" "));
        }
        back().with_context(propagation::extract_from(&carrier)).await;
    });
    Ok(())
}

#[llm_span(agent = "front")]
async fn front() -> HashMap<String, String> {
    let mut carrier = HashMap::new();
    propagation::inject_into(&mut carrier);
    carrier
}

#[llm_span(tool = "back")]
async fn back() {}
