//! The attribute and the derive of llm-trace.
//!
//! ```text
//! attribute tokens ──args──▶ Args ──────┐
//!                                       ├─plan──▶ SpanPlan ──expand──▶ tokens
//! function tokens ──shape──▶ Function ──┘
//!                                any mistake ──▶ the function as written + every compile_error!
//! ```
//!
//! Every pass reports to `diagnostics` and goes on. The derive is apart, in its own folder.

mod args;
mod derive;
mod diagnostics;
mod expand;
mod list;
mod neighbours;
mod plan;
mod shape;
mod streamed;
#[cfg(test)]
mod tests;
mod words;

use proc_macro2::TokenStream;
use quote::quote;

use crate::args::Args;
use crate::diagnostics::Diagnostics;
use crate::plan::SpanPlan;
use crate::shape::Function;

/// Traces a function. Documented where `llm-trace` exports it.
#[proc_macro_attribute]
pub fn llm_span(
    arguments: proc_macro::TokenStream,
    function: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    span(arguments.into(), &function.into()).into()
}

/// Implements the trait of the same name. Documented where `llm-trace` exports it.
#[proc_macro_derive(LlmResponse, attributes(llm))]
pub fn llm_response(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::derive(input.into()).into()
}

fn span(arguments: TokenStream, function: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let args = Args::parse(arguments, &mut diagnostics);
    let expansion = Function::parse(function.clone(), &args, &mut diagnostics).and_then(|parsed| {
        let plan = SpanPlan::new(&args, &parsed, &mut diagnostics)?;
        diagnostics.is_empty().then(|| expand::expand(&parsed, &plan))
    });
    let errors = diagnostics.finish();
    expansion.unwrap_or_else(|| quote!(#function #errors))
}
