//! Which other attributes a traced function must not have. Those below are there to be read; of one
//! above, which was expanded first, only what it left behind is.

use proc_macro2::{Group, Ident};
use syn::Attribute;

use crate::diagnostics::Diagnostics;
use crate::streamed::words;

const INSTRUMENT: &str = "`#[llm_span]` already makes a span; remove `#[instrument]`";
const MAIN: &str =
    "`main` sets telemetry up, so it cannot be a call; annotate a function that it calls";
const TEST: &str =
    "a test is no call; annotate the function that it calls, and capture in the test";

/// What `#[tracing::instrument]` names its span.
const SPAN_OF_INSTRUMENT: &str = "__tracing_attr_span";

/// Reports the attributes that do not go with `#[llm_span]`.
pub(crate) fn refuse(
    attributes: &[Attribute],
    name: &Ident,
    body: &Group,
    diagnostics: &mut Diagnostics,
) {
    let mut is_main = name == "main";
    for attribute in attributes {
        let Some(last) = attribute.path().segments.last() else { continue };
        let message = match last.ident.to_string().as_str() {
            "instrument" => INSTRUMENT,
            "llm_span" => "`#[llm_span]` is given twice; a function is one call",
            // That of a runtime, as in `#[tokio::main]`.
            "main" => MAIN,
            "test" => TEST,
            _ => continue,
        };
        is_main &= message != MAIN;
        diagnostics.report(attribute.path(), message);
    }
    if is_main {
        diagnostics.report(name, MAIN);
    }
    if words(body.stream()).iter().any(|word| word == SPAN_OF_INSTRUMENT) {
        diagnostics.report(name, INSTRUMENT);
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn a_call_in_a_span_of_instrument_is_refused_whichever_came_first() {
        let below = quote!(
            #[tracing::instrument(skip_all)]
            fn chat() {}
        );
        let above = quote!(
            fn chat() {
                let __tracing_attr_span = { tracing::span!(tracing::Level::INFO, "chat") };
            }
        );
        for function in [below, above] {
            let expansion = crate::span(quote!(tool = "chat"), &function).to_string();
            assert!(expansion.contains("remove `#[instrument]`"), "{expansion}");
        }
    }
}
