//! Reads comma-separated lists, and goes on after an item that is wrong.

use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Result, Token};

use crate::diagnostics::Diagnostics;

/// Reads a comma-separated list; an item that fails is reported and left at the next comma.
pub(crate) fn each(
    input: ParseStream<'_>,
    diagnostics: &mut Diagnostics,
    mut item: impl FnMut(ParseStream<'_>, &mut Diagnostics) -> Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = item(input, diagnostics) {
            diagnostics.add(error);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            diagnostics.add(input.error("expected `,`"));
            // What follows may be the next item.
            if input.peek2(Token![=]) {
                continue;
            }
        }
        skip_to_comma(input);
        // Nothing but a comma can be left here.
        let _ = input.parse::<Token![,]>();
    }
}

/// Passes over what nobody understood.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) && input.parse::<TokenTree>().is_ok() {}
}
